/// Why the arguments of a command cannot be used, and what to do about it.
public struct UsageError: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

/// The options and arguments of one call of a command.
public struct ParsedArguments: Sendable {
    private let textsByName: [String: [String]]
    /// The arguments after the options.
    public let arguments: [String]
    /// Whether `--help` was among them.
    public let asksForHelp: Bool

    /// Reads the arguments. Options that are not among them are taken from the environment.
    ///
    /// - Parameters:
    ///   - environment: all variables; those that begin with the prefix and an underscore count.
    public init(
        _ arguments: [String], of syntax: CommandSyntax, environment: [String: String], environmentPrefix: String
    ) throws(UsageError) {
        var given: [String: [String]] = [:]
        var rest = arguments[...]
        var others: [String] = []
        var asksForHelp = false
        while let argument = rest.popFirst() {
            if argument == "--" {
                others += rest
                break
            }
            guard argument.hasPrefix("--") else {
                others.append(argument)
                continue
            }
            let text = argument.dropFirst(2)
            let name = String(text.prefix { $0 != "=" })
            if name == "help" {
                asksForHelp = true
                continue
            }
            let inline = text.contains("=") ? String(text.dropFirst(name.count + 1)) : nil
            guard let option = syntax.options.first(where: { $0.name == name }) else {
                throw Self.unknown(name, of: syntax)
            }
            let value = try Self.value(of: option, inline: inline, rest: &rest)
            given[name] = option.isRepeatable ? given[name, default: []] + [value] : [value]
        }
        if !others.isEmpty, syntax.arguments == nil {
            throw UsageError("unexpected argument '\(others[0])': see --help")
        }
        for option in syntax.options where given[option.name] == nil {
            given[option.name] = environment[option.environmentName(prefix: environmentPrefix)].map { [$0] }
        }
        (textsByName, self.arguments, self.asksForHelp) = (given, others, asksForHelp)
    }

    /// The value of an option: from the command line, else from the environment, else its default.
    ///
    /// - Throws: `UsageError` if the text is not what the option takes.
    public func value<Value>(of option: Option<Value>) throws(UsageError) -> Value {
        guard let texts = textsByName[option.name] else { return option.defaultValue }
        guard let value = option.read(texts) else {
            throw UsageError("--\(option.name) takes \(option.expectation), not '\(texts.last ?? "")'")
        }
        return value
    }

    private static func value(
        of option: any AnyOption, inline: String?, rest: inout ArraySlice<String>
    ) throws(UsageError) -> String {
        if option.placeholder == nil { return inline ?? "true" }
        guard let value = inline ?? rest.popFirst() else {
            throw UsageError("--\(option.name) needs a value: see --help")
        }
        return value
    }

    private static func unknown(_ name: String, of syntax: CommandSyntax) -> UsageError {
        let near = syntax.options.map(\.name).filter { $0.hasPrefix(name.prefix(3)) || name.hasPrefix($0) }
        let hint =
            near.isEmpty ? "see --help" : "did you mean " + near.map { "--\($0)" }.joined(separator: " or ") + "?"
        return UsageError("unknown option --\(name): \(hint)")
    }
}
