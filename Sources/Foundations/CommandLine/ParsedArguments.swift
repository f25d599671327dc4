/// Why the arguments of a command cannot be used, and what to do about it.
public struct UsageError: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

/// Where the value of an option comes from.
public enum ValueSource: Sendable, Hashable {
    case commandLine
    case environment(variable: String)
    case file(path: String, line: Int)
    case defaultValue
}

/// The options and arguments of one call of a command.
public struct ParsedArguments: Sendable {
    private struct Given {
        let texts: [String]
        let source: ValueSource

        var isFromFile: Bool { if case .file = source { true } else { false } }
    }

    private let givenByName: [String: Given]
    /// The options of the command that a configuration file can set.
    public let fileOptions: [any AnyOption]
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
        var values = given.mapValues { Given(texts: $0, source: .commandLine) }
        for option in syntax.options where values[option.name] == nil {
            let variable = option.environmentName(prefix: environmentPrefix)
            values[option.name] = environment[variable].map {
                Given(texts: [$0], source: .environment(variable: variable))
            }
        }
        (givenByName, self.arguments, self.asksForHelp) = (values, others, asksForHelp)
        fileOptions = syntax.fileOptions
    }

    private init(_ arguments: ParsedArguments, given: [String: Given]) {
        (givenByName, fileOptions) = (given, arguments.fileOptions)
        (self.arguments, asksForHelp) = (arguments.arguments, arguments.asksForHelp)
    }

    /// The same with the values of a file, for the options of the command that a file can set and that neither the
    /// command line nor the environment has. They replace those of a file that was added before.
    ///
    /// - Parameter options: those that take values of the file; nil for those that the command's syntax names.
    public func adding(_ file: ConfigurationFile, for options: [any AnyOption]? = nil) -> ParsedArguments {
        var given = givenByName.filter { !$0.value.isFromFile }
        for option in options ?? fileOptions where given[option.name] == nil {
            given[option.name] = file.settings[option.name].map {
                Given(texts: $0.texts, source: .file(path: file.path, line: $0.line))
            }
        }
        return ParsedArguments(self, given: given)
    }

    /// The same with the values that other arguments have for some options.
    public func replacing(_ names: Set<String>, from other: ParsedArguments) -> ParsedArguments {
        var given = givenByName
        for name in names { given[name] = other.givenByName[name] }
        return ParsedArguments(self, given: given)
    }

    /// The value of an option: from the command line, else from the environment, else from the file, else its default.
    ///
    /// - Throws: `UsageError` if the text is not what the option takes.
    public func value<Value>(of option: Option<Value>) throws(UsageError) -> Value {
        guard let given = givenByName[option.name] else { return option.defaultValue }
        guard let value = option.read(given.texts) else {
            let place =
                switch given.source {
                case .environment(let variable): "\(variable): "
                case .file(let path, let line): "\(path):\(line): "
                case .commandLine, .defaultValue: ""
                }
            throw UsageError(
                "\(place)--\(option.name) takes \(option.expectation), not '\(given.texts.last ?? "")'")
        }
        return value
    }

    /// Checks that the command line has no option that is for another action of the command.
    ///
    /// - Parameters:
    ///   - action: what the command is to do.
    ///   - options: the options that are for some of its actions only, with those.
    public func refuseOptions(
        of action: String, except options: [(option: any AnyOption, actions: Set<String>)]
    ) throws(UsageError) {
        for (option, actions) in options where !actions.contains(action) {
            guard givenByName[option.name]?.source == .commandLine else { continue }
            throw UsageError(
                "--\(option.name) is for \(actions.sorted().joined(separator: " and ")), not for \(action)")
        }
    }

    /// The value of an option in words, and where it comes from.
    public func origin(of option: any AnyOption) -> (text: String?, source: ValueSource) {
        guard let given = givenByName[option.name] else {
            return (option.placeholder == nil ? "false" : option.defaultText, .defaultValue)
        }
        return (given.texts.joined(separator: ","), given.source)
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
        let near = syntax.options.names(like: name)
        let hint =
            near.isEmpty ? "see --help" : "did you mean " + near.map { "--\($0)" }.joined(separator: " or ") + "?"
        return UsageError("unknown option --\(name): \(hint)")
    }
}
