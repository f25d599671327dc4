/// A file with values of options: each key is the name of an option without its hyphens.
public struct ConfigurationFile: Sendable {
    public enum Value: Sendable, Hashable {
        case text(String), integer(Int64), boolean(Bool), texts([String])
        /// Of a kind that no option takes, in words such as "a table".
        case other(String)
    }

    public struct Entry: Sendable, Hashable {
        public let name: String
        public let value: Value
        /// Counted from 1.
        public let line: Int

        public init(name: String, value: Value, line: Int) {
            (self.name, self.value, self.line) = (name, value, line)
        }
    }

    public let path: String
    /// The values of options as on a command line, by names, each with the line that it is from.
    let settings: [String: (texts: [String], line: Int)]

    /// Checks every entry.
    ///
    /// - Parameters:
    ///   - path: the name of the file, for messages.
    ///   - entries: none has the name of another.
    ///   - options: the options that the file may set.
    /// - Throws: `UsageError` that names file and line, if there is no such option or it does not take the value.
    public init(path: String, entries: [Entry], options: [any AnyOption]) throws(UsageError) {
        var settings: [String: (texts: [String], line: Int)] = [:]
        for entry in entries {
            let place = "\(path):\(entry.line)"
            guard let option = options.first(where: { $0.name == entry.name }) else {
                throw UsageError("\(place): there is no option '\(entry.name)'\(Self.hint(entry.name, options))")
            }
            guard let texts = option.form.texts(of: entry.value), option.accepts(texts) else {
                throw UsageError("\(place): \(entry.name) takes \(option.fileExpectation), not \(entry.value.words)")
            }
            settings[entry.name] = (texts, entry.line)
        }
        (self.path, self.settings) = (path, settings)
    }

    private static func hint(_ name: String, _ options: [any AnyOption]) -> String {
        let near = options.names(like: name)
        return near.isEmpty ? "" : ": did you mean \(near.joined(separator: " or "))?"
    }
}

extension ConfigurationFile.Value {
    /// The value in a message.
    fileprivate var words: String {
        switch self {
        case .text(let text): "the text \"\(text)\""
        case .integer(let number): "\(number)"
        case .boolean(let value): "\(value)"
        case .texts(let texts): "[" + texts.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
        case .other(let kind): kind
        }
    }
}

extension AnyOption {
    /// Completes the sentence "name takes …" about an entry of a file.
    fileprivate var fileExpectation: String {
        switch form {
        case .flag: "true or false"
        case .list: "\(expectation), or an array of such texts"
        case .text, .integer, .byteCount, .onOrOff: expectation
        }
    }
}
