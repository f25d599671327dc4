/// An option of a command: `--name VALUE`, or `--name` alone where it takes no value.
public struct Option: Sendable {
    public let name: String
    /// What stands for the value in the help text; nil for a flag.
    public let value: String?
    public let defaultValue: String?
    public let help: String
    /// Whether each occurrence adds a value, rather than taking the place of the one before.
    public let isRepeatable: Bool

    /// An option with a value.
    public init(_ name: String, _ value: String, default defaultValue: String? = nil, _ help: String) {
        (self.name, self.value, self.defaultValue, self.help) = (name, value, defaultValue, help)
        isRepeatable = false
    }

    /// An option with a value that may be given several times.
    public init(repeatable name: String, _ value: String, _ help: String) {
        (self.name, self.value, defaultValue, self.help) = (name, value, nil, help)
        isRepeatable = true
    }

    /// A flag.
    public init(flag name: String, _ help: String) {
        (self.name, value, defaultValue, self.help) = (name, nil, nil, help)
        isRepeatable = false
    }

    /// The environment variable that sets it: `TINTYPE_IMPORT_DIR` for `--import-dir`.
    func environmentName(prefix: String) -> String {
        prefix + "_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }
}

/// What a command takes.
public struct CommandSyntax: Sendable {
    public let name: String
    public let summary: String
    public let options: [Option]
    /// What stands for the arguments behind the options in the help text; nil where there are none.
    public let arguments: String?

    public init(_ name: String, _ summary: String, options: [Option], arguments: String? = nil) {
        (self.name, self.summary, self.options, self.arguments) = (name, summary, options, arguments)
    }

    /// The text of `--help`.
    public func help(program: String, environmentPrefix: String) -> String {
        var text = "\(summary)\n\nUsage: \(program) \(name)\(options.isEmpty ? "" : " [options]")"
        text += "\(arguments.map { " " + $0 } ?? "")\n\nOptions:\n"
        for option in options {
            text += "  --\(option.name)\(option.value.map { " " + $0 } ?? "")\n"
            text += "        \(option.help)\(option.isRepeatable ? " May be given several times." : "")\n"
            let standard = option.defaultValue.map { "default: \($0); " } ?? ""
            text += "        (\(standard)or \(option.environmentName(prefix: environmentPrefix)))\n"
        }
        return text + "  --help\n        Prints this.\n"
    }
}
