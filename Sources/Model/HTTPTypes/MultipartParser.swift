internal import SystemIO

/// Reads a `multipart/form-data` body piece by piece (RFC 7578; RFC 2046, section 5.1): a state machine without I/O.
///
/// Bytes of a part are passed on as they arrive; only the fields of a part and at most one delimiter are buffered.
public struct MultipartParser: Sendable {
    public enum Event: Sendable {
        /// A part begins; these are its fields.
        case begin(HTTPFields)
        case data(ArraySlice<UInt8>)
        /// The part is complete.
        case end
    }

    /// A body that is not valid multipart/form-data.
    public struct Malformed: Error, Hashable {
        public let reason: String
    }

    /// The maximum number of bytes of the fields of a part.
    public static let maximumFieldBytes = 16 * 1024

    private enum State {
        case preamble, afterDelimiter, fields, data, epilogue
    }

    /// The end of a part: line break, two hyphens, boundary.
    private let delimiter: [UInt8]
    private var state = State.preamble
    private var held: [UInt8]

    /// - Parameter boundary: 1 to 70 characters, from the `Content-Type` field; nil for any other length.
    public init?(boundary: String) {
        guard (1...70).contains(boundary.utf8.count) else { return nil }
        delimiter = Array("\r\n--\(boundary)".utf8)
        // The first delimiter is at the start of the body, without a line break before it.
        held = Array("\r\n".utf8)
    }

    /// Whether the closing delimiter has been seen.
    public var isComplete: Bool { state == .epilogue }

    /// Parses the next piece of the body. All data of its events is in one buffer, however many parts it has.
    public mutating func parse(_ piece: [UInt8]) throws(Malformed) -> [Event] {
        var events: [Event] = []
        var rest = held.isEmpty ? piece[...] : (held + piece)[...]
        held = []
        while try step(&rest, &events) {}
        held = Array(rest)
        return events
    }

    /// To be called at the end of the body.
    public func finish() throws(Malformed) {
        if !isComplete { throw Malformed(reason: "the body ends before its closing boundary: the upload was cut off") }
    }

    /// Makes one step; false if more bytes are needed.
    private mutating func step(_ rest: inout ArraySlice<UInt8>, _ events: inout [Event]) throws(Malformed) -> Bool {
        switch state {
        case .preamble:
            guard let end = ByteSearch.find(delimiter, in: rest) else {
                rest = rest.suffix(delimiter.count - 1)
                return false
            }
            rest = rest[(end + delimiter.count)...]
            state = .afterDelimiter
            return true
        case .afterDelimiter: return try afterDelimiter(&rest)
        case .fields: return try fields(&rest, &events)
        case .data: return data(&rest, &events)
        case .epilogue:
            rest = []
            return false
        }
    }

    private mutating func afterDelimiter(_ rest: inout ArraySlice<UInt8>) throws(Malformed) -> Bool {
        // Transport padding (RFC 2046, section 5.1.1).
        let line = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard line.count >= 2 else { return try needMore(rest) }
        if line.starts(with: [UInt8(ascii: "-"), UInt8(ascii: "-")]) {
            state = .epilogue
            return true
        }
        guard line.starts(with: [13, 10]) else {
            throw Malformed(reason: "a boundary must be followed by a line break")
        }
        rest = line.dropFirst(2)
        state = .fields
        return true
    }

    private mutating func fields(_ rest: inout ArraySlice<UInt8>, _ events: inout [Event]) throws(Malformed) -> Bool {
        let block: ArraySlice<UInt8>
        // The line break that ends the fields stays: an empty part's delimiter begins with it.
        if rest.starts(with: [13, 10]) {
            block = []
        } else if let end = ByteSearch.find([13, 10, 13, 10], in: rest) {
            block = rest[..<end]
            rest = rest[(end + 2)...]
        } else {
            return try needMore(rest)
        }
        guard block.count <= Self.maximumFieldBytes else { throw Self.tooManyFields }
        var fields = HTTPFields()
        for line in block.split(separator: 10) {
            let line = line.last == 13 ? line.dropLast() : line
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
                throw Malformed(reason: "a field of a part has no colon")
            }
            let name = String(decoding: line[..<colon], as: UTF8.self)
            let value = String(decoding: line[(colon + 1)...], as: UTF8.self)
            fields.append(name, String(value.trimmingBlanks))
        }
        events.append(.begin(fields))
        state = .data
        skipsLeadingBreak = true
        return true
    }

    /// Whether the line break at the front of the data is the one that ended the fields.
    private var skipsLeadingBreak = false

    private mutating func data(_ rest: inout ArraySlice<UInt8>, _ events: inout [Event]) -> Bool {
        if let end = ByteSearch.find(delimiter, in: rest) {
            emit(rest[..<end], &events)
            if skipsLeadingBreak { skipsLeadingBreak = false }
            events.append(.end)
            rest = rest[(end + delimiter.count)...]
            state = .afterDelimiter
            return true
        }
        let safe = rest.count - (delimiter.count - 1)
        if safe > 2 {
            emit(rest.prefix(safe), &events)
            rest = rest.dropFirst(safe)
        }
        return false
    }

    private mutating func emit(_ bytes: ArraySlice<UInt8>, _ events: inout [Event]) {
        let bytes = skipsLeadingBreak ? bytes.dropFirst(2) : bytes
        if !bytes.isEmpty {
            events.append(.data(bytes))
            skipsLeadingBreak = false
        }
    }

    private func needMore(_ rest: ArraySlice<UInt8>) throws(Malformed) -> Bool {
        guard rest.count <= Self.maximumFieldBytes else { throw Self.tooManyFields }
        return false
    }

    private static let tooManyFields = Malformed(
        reason: "the fields of a part are longer than \(maximumFieldBytes) bytes")
}
