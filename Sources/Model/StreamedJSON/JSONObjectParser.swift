/// Parses a flat JSON object (RFC 8259) piece by piece, and passes on its members' texts as they arrive
/// (docs/decisions/0023).
///
/// Texts are passed on piece by piece. An object or an array as the value of a member is passed on whole, if it is small.
public struct JSONObjectParser: Sendable {
    /// A parsed part of the object.
    public enum Event: Hashable, Sendable {
        /// The name of the member that follows.
        case name(String)
        /// A part of the member's text, in UTF-8, without escapes.
        case text([UInt8])
        case endOfText
        /// Another value, as written.
        case word(String)
        /// An object or an array begins as the value of a member.
        case nested
        /// The object or the array, as written. It is checked only as far as is needed to find its end.
        case value([UInt8])
    }

    /// Bytes that are not such an object.
    public struct Malformed: Error, Hashable {
        /// Bytes before the mistake.
        public let position: Int64
        /// What is wrong, as it follows "The body is not valid JSON:"; or what is expected, as it follows "must be".
        public let reason: String
        /// The names on the way to a value that has another type than it must have; nil if the bytes are not JSON.
        public let wrongType: [String]?

        init(position: Int64, reason: String, wrongType: [String]? = nil) {
            (self.position, self.reason, self.wrongType) = (position, reason, wrongType)
        }
    }

    private enum State {
        case start, firstName, nextName, colon, value, afterValue, end
        case string(isName: Bool)
        case word
        case nested(NestedJSONValue)
    }

    private static let longestName = 1000
    private static let longestWord = 100

    private var state = State.start
    private var lexer = JSONStringLexer()
    private var name: [UInt8] = []
    private var word: [UInt8] = []
    /// Bytes that have been parsed.
    private(set) var position: Int64 = 0

    public init() {}

    /// Parses the next bytes.
    public mutating func parse(_ bytes: [UInt8]) throws(Malformed) -> [Event] {
        var events: [Event] = []
        var index = 0
        while index < bytes.count { try step(bytes, &index, &events) }
        return events
    }

    /// Parses up to the end of the object or of the bytes; whether the object has ended.
    mutating func parseToEnd(
        _ bytes: [UInt8], _ index: inout Int, _ events: inout [Event]
    ) throws(Malformed) -> Bool {
        while index < bytes.count {
            try step(bytes, &index, &events)
            if case .end = state { return true }
        }
        return false
    }

    private mutating func step(_ bytes: [UInt8], _ index: inout Int, _ events: inout [Event]) throws(Malformed) {
        switch state {
        case .string(let isName): try takeString(bytes, &index, isName: isName, &events)
        case .nested(var value):
            // The bytes are not shared while they grow.
            state = .afterValue
            let isOver = try value.take(bytes[index], at: position)
            if isOver { events.append(.value(value.bytes)) } else { state = .nested(value) }
            index += 1
            position += 1
        default:
            try take(bytes[index], &events)
            index += 1
            position += 1
        }
    }

    /// There are no more bytes.
    public mutating func finish() throws(Malformed) {
        guard case .end = state else { throw malformed("it ends before its object does") }
    }

    private mutating func takeString(
        _ bytes: [UInt8], _ index: inout Int, isName: Bool, _ events: inout [Event]
    ) throws(Malformed) {
        var text: [UInt8] = []
        let start = index
        let outcome = lexer.take(bytes, &index, into: &text)
        position += Int64(index - start)
        if case .malformed(let reason) = outcome { throw malformed(reason) }
        let isOver = outcome == .over
        if isName {
            name += text
            guard name.count <= Self.longestName else { throw malformed("a member's name is too long") }
            if isOver {
                events.append(.name(String(decoding: name, as: UTF8.self)))
                state = .colon
            }
        } else {
            if !text.isEmpty { events.append(.text(text)) }
            if isOver {
                events.append(.endOfText)
                state = .afterValue
            }
        }
    }

    private mutating func take(_ byte: UInt8, _ events: inout [Event]) throws(Malformed) {
        if case .word = state {
            if Self.isWord(byte) {
                word.append(byte)
                guard word.count <= Self.longestWord else { throw malformed("a number is too long") }
                return
            }
            events.append(.word(String(decoding: word, as: UTF8.self)))
            state = .afterValue
        }
        if [0x20, 0x09, 0x0A, 0x0D].contains(byte) { return }
        let character = UnicodeScalar(byte)
        switch (state, character) {
        case (.start, "{"): state = .firstName
        case (.firstName, "}"), (.afterValue, "}"): state = .end
        case (.firstName, "\""), (.nextName, "\""): beginString(isName: true)
        case (.colon, ":"): state = .value
        case (.value, "\""): beginString(isName: false)
        case (.value, "{"), (.value, "["):
            events.append(.nested)
            state = .nested(NestedJSONValue(begin: byte))
        case (.value, _) where Self.isWord(byte):
            word = [byte]
            state = .word
        case (.afterValue, ","): state = .nextName
        case (.start, "["), (.start, "\""):
            throw Malformed(position: position, reason: "an object", wrongType: [])
        case (.start, _) where Self.isWord(byte):
            throw Malformed(position: position, reason: "an object", wrongType: [])
        case (.end, _): throw malformed("something follows the object")
        default: throw malformed("there is an unexpected character")
        }
    }

    private mutating func beginString(isName: Bool) {
        name = []
        lexer = JSONStringLexer()
        state = .string(isName: isName)
    }

    /// The characters of numbers, `true`, `false` and `null`.
    private static func isWord(_ byte: UInt8) -> Bool {
        switch UnicodeScalar(byte) {
        case "a"..."z", "0"..."9", "+", "-", ".", "E": true
        default: false
        }
    }

    private func malformed(_ reason: String) -> Malformed { Malformed(position: position, reason: reason) }
}
