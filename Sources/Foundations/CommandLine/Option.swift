/// What a command needs to know of an option, whatever the type of its value.
public protocol AnyOption: Sendable {
    /// Without the two hyphens.
    var name: String { get }
    /// The placeholder of the value in the help text; nil for a flag.
    var placeholder: String? { get }
    /// The default as the help text shows it; nil if it shows none.
    var defaultText: String? { get }
    var help: String { get }
    /// Whether each occurrence adds a value. The last occurrence of any other option wins.
    var isRepeatable: Bool { get }
    /// The values of a configuration file that it takes.
    var form: ValueForm { get }
    /// The valid values, to complete the sentence "--name takes …".
    var expectation: String { get }
    /// Whether it takes the texts, one for each occurrence.
    func accepts(_ texts: [String]) -> Bool
    /// All valid values if they are few words; empty otherwise.
    var words: [String] { get }
}

extension AnyOption {
    /// The environment variable that sets the option: `TINTYPE_IMPORT_DIR` for `--import-dir`.
    func environmentName(prefix: String) -> String {
        prefix + "_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }
}

extension [any AnyOption] {
    /// The names that somebody may have meant who wrote another one.
    func names(like name: String) -> [String] {
        map(\.name).filter { $0.hasPrefix(name.prefix(3)) || name.hasPrefix($0) }
    }
}

/// One option of a command. Its name, type, bounds, default and help text are declared here and nowhere else.
public struct Option<Value: Sendable>: AnyOption {
    public let name: String
    public let placeholder: String?
    public let defaultText: String?
    public let help: String
    public let isRepeatable: Bool
    public let words: [String]
    /// The value if neither the command line nor the environment has one.
    public let defaultValue: Value

    public let form: ValueForm
    public let expectation: String
    let read: @Sendable ([String]) -> Value?

    public func accepts(_ texts: [String]) -> Bool { read(texts) != nil }

    /// An option with a value.
    ///
    /// - Parameter defaultText: the default in words, if the help text is to show something else than the value.
    public init(
        _ name: String, _ placeholder: String, _ type: OptionType<Value>, default defaultValue: Value,
        defaultText: String? = nil, _ help: String
    ) {
        (self.name, self.placeholder, self.help) = (name, placeholder, help)
        (self.defaultValue, self.defaultText) = (defaultValue, defaultText ?? type.text(defaultValue))
        (isRepeatable, expectation, form, words) = (false, type.expectation, type.form, type.words)
        read = { $0.last.flatMap(type.read) }
    }

    /// An option with a value that may be missing.
    public init<Wrapped: Sendable>(
        _ name: String, _ placeholder: String, _ type: OptionType<Wrapped>, _ help: String
    ) where Value == Wrapped? {
        (self.name, self.placeholder, self.help) = (name, placeholder, help)
        (defaultValue, defaultText) = (nil, nil)
        (isRepeatable, expectation, form, words) = (false, type.expectation, type.form, type.words)
        read = { $0.last.flatMap(type.read).map(Optional.some) }
    }
}

extension Option where Value == [String] {
    /// An option with a value that may be given several times.
    public init(repeatable name: String, _ placeholder: String, _ help: String) {
        (self.name, self.placeholder, self.help) = (name, placeholder, help)
        (defaultValue, defaultText, isRepeatable, expectation, form, words) = ([], nil, true, "a text", .text, [])
        read = { $0 }
    }
}

extension Option where Value == Bool {
    /// An option without a value. In the environment, `true`, `yes`, `on` and `1` set it.
    public init(flag name: String, _ help: String) {
        (self.name, placeholder, self.help) = (name, nil, help)
        (defaultValue, defaultText, isRepeatable, expectation, form, words) = (false, nil, false, "no value", .flag, [])
        read = { ["true", "yes", "on", "1"].contains($0.last?.lowercased()) }
    }
}
