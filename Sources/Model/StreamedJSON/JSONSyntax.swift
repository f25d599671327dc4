/// Checks that bytes are one JSON value (RFC 8259), in time that is linear in their number.
///
/// Decoders differ in what they accept beyond that: trailing commas, names that are given twice, any depth.
public struct JSONSyntax {
    /// Bytes that are not such a value.
    public typealias Malformed = JSONObjectParser.Malformed

    private enum Expectation {
        case value, firstElement, firstName, name, colon, separator, end
    }

    private let bytes: [UInt8]
    private let maximumDepth: Int
    private var index = 0
    private var expectation = Expectation.value
    /// The names of each object that is open; nil for an array.
    private var open: [Set<String>?] = []
    private var rootNames: [String] = []

    /// The names of the members of the outermost object, in their order; empty for any other value.
    ///
    /// - Parameter maximumDepth: how many objects and arrays may contain each other.
    /// - Throws: `Malformed` with the position of the mistake.
    public static func check(_ bytes: [UInt8], maximumDepth: Int = 32) throws(Malformed) -> [String] {
        var syntax = JSONSyntax(bytes: bytes, maximumDepth: maximumDepth)
        while syntax.index < bytes.count { try syntax.takeToken() }
        guard case .end = syntax.expectation else { throw syntax.malformed("it ends too early") }
        return syntax.rootNames
    }

    private init(bytes: [UInt8], maximumDepth: Int) { (self.bytes, self.maximumDepth) = (bytes, maximumDepth) }

    private mutating func takeToken() throws(Malformed) {
        let character = UnicodeScalar(bytes[index])
        switch (expectation, character) {
        case (_, " "), (_, "\t"), (_, "\n"), (_, "\r"): index += 1
        case (.end, _): throw malformed("something follows the value")
        case (.value, "{"), (.firstElement, "{"): try enter([], expecting: .firstName)
        case (.value, "["), (.firstElement, "["): try enter(nil, expecting: .firstElement)
        case (.firstName, "}"), (.firstElement, "]"): leave()
        case (.separator, "}") where open.last != .some(nil): leave()
        case (.separator, "]") where open.last == .some(nil): leave()
        case (.firstName, "\""), (.name, "\""): try takeName()
        case (.colon, ":"): advance(to: .value)
        case (.separator, ","): advance(to: open.last == .some(nil) ? .value : .name)
        case (.value, "\""), (.firstElement, "\""):
            _ = try takeString()
            endValue()
        case (.value, _), (.firstElement, _): try takeWord()
        default: throw malformed("there is an unexpected character")
        }
    }

    private mutating func advance(to next: Expectation) {
        index += 1
        expectation = next
    }

    private mutating func enter(_ names: Set<String>?, expecting next: Expectation) throws(Malformed) {
        guard open.count < maximumDepth else { throw malformed("it is nested more than \(maximumDepth) deep") }
        open.append(names)
        advance(to: next)
    }

    private mutating func leave() {
        open.removeLast()
        index += 1
        endValue()
    }

    private mutating func endValue() { expectation = open.isEmpty ? .end : .separator }

    private mutating func takeName() throws(Malformed) {
        let name = try takeString()
        guard open[open.count - 1]?.insert(name).inserted ?? false else {
            throw malformed("the member '\(name.prefix(100))' is given twice")
        }
        if open.count == 1 { rootNames.append(name) }
        expectation = .colon
    }

    private mutating func takeString() throws(Malformed) -> String {
        var lexer = JSONStringLexer()
        var text: [UInt8] = []
        index += 1
        switch lexer.take(bytes, &index, into: &text) {
        case .over: break
        case .more: throw malformed("a text has no end")
        case .malformed(let reason): throw malformed(reason)
        }
        guard let text = String(validating: text, as: UTF8.self) else { throw malformed("a text is not UTF-8") }
        return text
    }

    private mutating func takeWord() throws(Malformed) {
        let end = bytes[index...].firstIndex { !Self.isWord($0) } ?? bytes.endIndex
        let word = String(decoding: bytes[index..<end], as: UTF8.self)
        guard ["true", "false", "null"].contains(word) || Self.isNumber(word) else {
            throw malformed("there is an unexpected character")
        }
        index = end
        endValue()
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch UnicodeScalar(byte) {
        case "a"..."z", "A"..."Z", "0"..."9", "+", "-", ".": true
        default: false
        }
    }

    /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?` (RFC 8259, section 6).
    private static func isNumber(_ text: String) -> Bool {
        var rest = text.utf8[...]
        func digits() -> Int {
            let count = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let startsWithZero = rest.first == UInt8(ascii: "0")
        let count = digits()
        guard count > 0, !startsWithZero || count == 1 else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard digits() > 0 else { return false }
        }
        if let exponent = rest.first, exponent | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard digits() > 0 else { return false }
        }
        return rest.isEmpty
    }

    private func malformed(_ reason: String) -> Malformed { Malformed(position: Int64(index), reason: reason) }
}
