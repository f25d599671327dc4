/// Checks that bytes are one JSON value (RFC 8259), in time that is linear in their number.
///
/// Decoders differ in what they accept beyond that: trailing commas, names that are given twice, any depth.
public struct JSONSyntax {
    /// Bytes that are not such a value.
    public typealias Malformed = JSONObjectParser.Malformed

    /// A piece of a value, where it is allowed.
    enum Token {
        case beginObject, beginArray
        /// The end of the innermost object or array.
        case end
        /// The name of a member, whose value follows.
        case name(String)
        case text(String)
        /// `null`, `true`, `false`, or a number.
        case word(String)
    }

    private enum Expectation {
        case value, firstElement, firstName, name, colon, separator, end
    }

    private let bytes: [UInt8]
    private let maximumDepth: Int
    private var index = 0
    private var expectation = Expectation.value
    /// What is open, from the outermost: whether each is an object, not an array.
    private var open: [Bool] = []

    /// The names of the members of the outermost object, in their order; empty for any other value.
    ///
    /// - Parameter maximumDepth: how many objects and arrays may contain each other.
    /// - Throws: `Malformed` with the position of the mistake.
    public static func check(_ bytes: [UInt8], maximumDepth: Int = 32) throws(Malformed) -> [String] {
        var syntax = JSONSyntax(bytes, maximumDepth: maximumDepth)
        var rootNames: [String] = []
        var names: [Set<String>] = []
        while let token = try syntax.next() {
            switch token {
            case .beginObject, .beginArray: names.append([])
            case .end: names.removeLast()
            case .name(let name):
                guard names[names.count - 1].insert(name).inserted else { throw syntax.repeated(name) }
                if names.count == 1 { rootNames.append(name) }
            case .text, .word: break
            }
        }
        return rootNames
    }

    init(_ bytes: [UInt8], maximumDepth: Int) { (self.bytes, self.maximumDepth) = (bytes, maximumDepth) }

    /// The next token; nil at the end of the value and of the bytes. Names that are given twice are not noticed.
    mutating func next() throws(Malformed) -> Token? {
        while index < bytes.count {
            switch (expectation, UnicodeScalar(bytes[index])) {
            case (_, " "), (_, "\t"), (_, "\n"), (_, "\r"): index += 1
            case (.end, _): throw malformed("something follows the value")
            case (.value, "{"), (.firstElement, "{"): return try enter(isObject: true)
            case (.value, "["), (.firstElement, "["): return try enter(isObject: false)
            case (.firstName, "}"), (.firstElement, "]"): return leave()
            case (.separator, "}") where open.last == true: return leave()
            case (.separator, "]") where open.last == false: return leave()
            case (.firstName, "\""), (.name, "\""):
                let name = try takeString()
                expectation = .colon
                return .name(name)
            case (.colon, ":"): advance(to: .value)
            case (.separator, ","): advance(to: open.last == true ? .name : .value)
            case (.value, "\""), (.firstElement, "\""):
                let text = try takeString()
                endValue()
                return .text(text)
            case (.value, _), (.firstElement, _): return .word(try takeWord())
            default: throw malformed("there is an unexpected character")
            }
        }
        guard case .end = expectation else { throw malformed("it ends too early") }
        return nil
    }

    private mutating func advance(to next: Expectation) {
        index += 1
        expectation = next
    }

    private mutating func enter(isObject: Bool) throws(Malformed) -> Token {
        guard open.count < maximumDepth else { throw malformed("it is nested more than \(maximumDepth) deep") }
        open.append(isObject)
        advance(to: isObject ? .firstName : .firstElement)
        return isObject ? .beginObject : .beginArray
    }

    private mutating func leave() -> Token {
        open.removeLast()
        index += 1
        endValue()
        return .end
    }

    private mutating func endValue() { expectation = open.isEmpty ? .end : .separator }

    private mutating func takeString() throws(Malformed) -> String {
        index += 1
        if let text = takePlainString() { return text }
        var lexer = JSONStringLexer()
        var text: [UInt8] = []
        switch lexer.take(bytes, &index, into: &text) {
        case .over: break
        case .more: throw malformed("a text has no end")
        case .malformed(let reason): throw malformed(reason)
        }
        guard let text = String(validating: text, as: UTF8.self) else { throw malformed("a text is not UTF-8") }
        return text
    }

    /// A text without escapes, which most are, in one piece; nil for another one, of which nothing is taken.
    private mutating func takePlainString() -> String? {
        let special = bytes[index...].firstIndex {
            $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\")
        }
        guard let special, bytes[special] == UInt8(ascii: "\""),
            let text = String(validating: bytes[index..<special], as: UTF8.self)
        else { return nil }
        index = special + 1
        return text
    }

    private mutating func takeWord() throws(Malformed) -> String {
        let end = bytes[index...].firstIndex { !Self.isWord($0) } ?? bytes.endIndex
        let word = String(decoding: bytes[index..<end], as: UTF8.self)
        guard ["true", "false", "null"].contains(word) || Self.isNumber(word) else {
            throw malformed("there is an unexpected character")
        }
        index = end
        endValue()
        return word
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

    func repeated(_ name: String) -> Malformed { malformed("the member '\(name.prefix(100))' is given twice") }

    func malformed(_ reason: String) -> Malformed { Malformed(position: Int64(index), reason: reason) }
}
