/// Parses a sequence of JSON objects piece by piece: the elements of an array, or one object after the other with white
/// space between them (newline-delimited JSON).
public struct JSONObjectsParser: Sendable {
    public enum Form: Sendable {
        case array, lines
    }

    public enum Event: Hashable, Sendable {
        case begin
        case member(JSONObjectParser.Event)
        case end
    }

    public typealias Malformed = JSONObjectParser.Malformed

    private enum State {
        case start, first, next, object, after, end
    }

    private let form: Form
    private var state: State
    private var parser = JSONObjectParser()
    private var position: Int64 = 0

    public init(_ form: Form) {
        self.form = form
        state = form == .array ? .start : .first
    }

    /// Parses the next bytes.
    ///
    /// - Throws: `Malformed` with the position in the whole body.
    public mutating func parse(_ bytes: [UInt8]) throws(Malformed) -> [Event] {
        var events: [Event] = []
        var index = 0
        while index < bytes.count {
            if state == .object {
                try takeMembers(bytes, &index, &events)
            } else {
                try take(bytes[index], &index, &events)
            }
        }
        return events
    }

    /// There are no more bytes.
    public func finish() throws(Malformed) {
        switch (form, state) {
        case (.array, .end), (.lines, .first), (.lines, .after): return
        case (_, .object): throw malformed("it ends before its last object does", at: position + parser.position)
        case (.array, .start): throw malformed("it is empty")
        case (.array, _): throw malformed("it ends before its array does")
        case (.lines, _): throw malformed("it ends before its last object does")
        }
    }

    private mutating func takeMembers(
        _ bytes: [UInt8], _ index: inout Int, _ events: inout [Event]
    ) throws(Malformed) {
        var members: [JSONObjectParser.Event] = []
        let isOver: Bool
        do {
            isOver = try parser.parseToEnd(bytes, &index, &members)
        } catch {
            throw Malformed(position: position + error.position, reason: error.reason, wrongType: error.wrongType)
        }
        events += members.map(Event.member)
        guard isOver else { return }
        position += parser.position
        events.append(.end)
        state = .after
    }

    private mutating func take(_ byte: UInt8, _ index: inout Int, _ events: inout [Event]) throws(Malformed) {
        let isSpace = [0x20, 0x09, 0x0A, 0x0D].contains(byte)
        switch (state, UnicodeScalar(byte)) {
        case _ where isSpace: break
        case (.start, "["): state = .first
        case (.start, _): throw Malformed(position: position, reason: "an array of objects", wrongType: [])
        case (_, "{") where state == .first || state == .next || (state == .after && form == .lines):
            events.append(.begin)
            (parser, state) = (JSONObjectParser(), .object)
            return
        case (_, "]") where form == .array && (state == .first || state == .after): state = .end
        case (.after, ",") where form == .array: state = .next
        case (.end, _): throw malformed("something follows the array")
        case (.first, _), (.next, _): throw malformed("an object must begin here")
        default: throw malformed("there is an unexpected character")
        }
        index += 1
        position += 1
    }

    private func malformed(_ reason: String, at position: Int64? = nil) -> Malformed {
        Malformed(position: position ?? self.position, reason: reason)
    }
}
