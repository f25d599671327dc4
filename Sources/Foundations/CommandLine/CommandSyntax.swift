/// The options and arguments of a command.
public struct CommandSyntax: Sendable {
    public let name: String
    public let summary: String
    public let options: [any AnyOption]
    /// The placeholder of the arguments in the help text; nil if the command takes none.
    public let arguments: String?
    /// The options that a configuration file can set.
    public let fileOptions: [any AnyOption]

    public init(
        _ name: String, _ summary: String, options: [any AnyOption], arguments: String? = nil,
        fileOptions: [any AnyOption] = []
    ) {
        (self.name, self.summary, self.options, self.arguments) = (name, summary, options, arguments)
        self.fileOptions = fileOptions
    }

    /// The text of `--help`.
    public func help(program: String, environmentPrefix: String) -> String {
        var text = "\(summary)\n\nUsage: \(program) \(name)\(options.isEmpty ? "" : " [options]")"
        text += "\(arguments.map { " " + $0 } ?? "")\n\nOptions:\n"
        for option in options {
            text += "  --\(option.name)\(option.placeholder.map { " " + $0 } ?? "")\n"
            text += "        \(option.help)\(option.isRepeatable ? " May be given several times." : "")\n"
            let standard = option.defaultText.map { "default: \($0); " } ?? ""
            text += "        (\(standard)or \(option.environmentName(prefix: environmentPrefix)))\n"
        }
        return text + "  --help\n        Print this help.\n"
    }
}
