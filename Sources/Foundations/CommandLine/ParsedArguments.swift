/// Arguments that a command cannot take, and what to do about it.
public struct UsageError: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

/// The options and arguments of one call of a command.
public struct ParsedArguments: Sendable {
    private let syntax: CommandSyntax
    private let valuesByName: [String: [String]]
    /// What stands behind the options.
    public let arguments: [String]
    /// Whether `--help` was among them.
    public let asksForHelp: Bool

    /// Reads the arguments; what they leave open is taken from the environment, then from the defaults.
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
            let standard = environment[option.environmentName(prefix: environmentPrefix)] ?? option.defaultValue
            given[option.name] = standard.map { [$0] }
        }
        (self.syntax, valuesByName, self.arguments, self.asksForHelp) = (syntax, given, others, asksForHelp)
    }

    /// The value of an option; nil where it has none.
    public func value(_ name: String) -> String? { valuesByName[name]?.last }

    /// Every value of an option that may be repeated, in their order; a variable of the environment gives one.
    public func values(_ name: String) -> [String] { valuesByName[name] ?? [] }

    /// Whether a flag is set: `true`, `yes`, `on` or `1` in the environment.
    public func flag(_ name: String) -> Bool { ["true", "yes", "on", "1"].contains(value(name)?.lowercased()) }

    /// A whole number within bounds.
    public func number(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let text = value(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError(
                "--\(name) takes a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return number
    }

    /// A number of bytes: digits, with KiB, MiB or GiB behind them where wanted.
    public func bytes(_ name: String) throws(UsageError) -> Int64? {
        guard let text = value(name) else { return nil }
        let units: [(String, Int64)] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40)]
        let unit = units.first { text.hasSuffix($0.0) }
        let digits = unit == nil ? text : String(text.dropLast(3)).trimmed
        guard let number = Int64(digits), number >= 0, number <= Int64.max / (unit?.1 ?? 1) else {
            throw UsageError("--\(name) takes a number of bytes such as 500MiB, not '\(text)'")
        }
        return number * (unit?.1 ?? 1)
    }

    /// One of the given words.
    public func choice<Word: RawRepresentable & CaseIterable>(
        _ name: String, _ type: Word.Type
    ) throws(UsageError) -> Word? where Word.RawValue == String {
        guard let text = value(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("--\(name) takes one of \(words), not '\(text)'")
        }
        return word
    }

    private static func value(
        of option: Option, inline: String?, rest: inout ArraySlice<String>
    ) throws(UsageError) -> String {
        if option.value == nil { return inline ?? "true" }
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

extension String {
    fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
