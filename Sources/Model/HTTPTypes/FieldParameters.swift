/// A value with parameters, such as that of `Content-Type` or `Content-Disposition` (RFC 9110, section 5.6.6).
public struct FieldParameters: Hashable, Sendable {
    /// The value up to the first semicolon, in lower case.
    public let value: String
    /// The parameters by their names in lower case; the first of each name counts.
    public let parameters: [String: String]

    /// Ignores malformed parameters.
    public init(_ text: String) {
        var rest = text[...]
        let value = rest.prefix { $0 != ";" }
        self.value = value.trimmingBlanks.lowercased()
        rest = rest.dropFirst(value.count)
        var parameters: [String: String] = [:]
        while rest.first == ";" {
            rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
            let name = rest.prefix { $0 != "=" && $0 != ";" }
            rest = rest.dropFirst(name.count)
            guard rest.first == "=" else { continue }
            rest = rest.dropFirst()
            let (text, remainder) = rest.first == "\"" ? Self.quoted(rest) : Self.token(rest)
            rest = remainder.drop { $0 != ";" }
            let key = name.trimmingBlanks.lowercased()
            if parameters[key] == nil { parameters[key] = text }
        }
        self.parameters = parameters
    }

    /// The file's name: `filename*` (RFC 8187) before `filename`.
    public var filename: String? {
        if let extended = parameters["filename*"], let name = Self.extendedValue(extended) { return name }
        return parameters["filename"]
    }

    /// The same for a part of a form, whose names browsers escape by rules of their own (the HTML standard, "multipart form
    /// data"): `%0A`, `%0D` and `%22` stand for a line feed, a carriage return and a quote, and every other `%` for itself.
    public var formFilename: String? {
        if let extended = parameters["filename*"], let name = Self.extendedValue(extended) { return name }
        return parameters["filename"].map(Self.formText)
    }

    /// The name of a part of a form, escaped as the name of its file is.
    public var formName: String? { parameters["name"].map(Self.formText) }

    private static func formText(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        return text.replacing("%0A", with: "\n").replacing("%0D", with: "\r").replacing("%22", with: "\"")
    }

    private static func token(_ text: Substring) -> (String, Substring) {
        let token = text.prefix { $0 != ";" }
        return (String(token.trimmingBlanks), text.dropFirst(token.count))
    }

    /// Quoted text ends at the first quote that does not follow a backslash. Browsers escape quotes as `%22` instead
    /// and send Windows paths with bare backslashes, so that only `\"` and `\\` are unescaped.
    private static func quoted(_ text: Substring) -> (String, Substring) {
        var result = ""
        var rest = text.dropFirst()
        while let character = rest.popFirst() {
            if character == "\"" { break }
            if character == "\\", let next = rest.first, next == "\"" || next == "\\" {
                result.append(next)
                rest = rest.dropFirst()
            } else {
                result.append(character)
            }
        }
        return (result, rest)
    }

    /// `UTF-8''na%C3%AFve.jpg` (RFC 8187, section 3.2.1); ISO-8859-1 is read too.
    private static func extendedValue(_ text: String) -> String? {
        let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = PercentEncoding.decode(parts[2].utf8) else { return nil }
        switch parts[0].lowercased() {
        case "utf-8": return String(validating: bytes, as: UTF8.self)
        case "iso-8859-1": return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        default: return nil
        }
    }
}
