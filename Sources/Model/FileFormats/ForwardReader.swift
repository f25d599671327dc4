/// Reads a file from front to back, in pieces. Its cost is bounded by the file's length.
struct ForwardReader {
    private static let pieceLength = 64 << 10

    /// The offset of the byte that is read next.
    private(set) var position: Int64
    private let count: Int64
    private let read: (Int64, Int) throws -> [UInt8]
    private var piece: [UInt8] = []
    /// The position within the piece.
    private var index = 0

    init(at position: Int64, count: Int64, read: @escaping (Int64, Int) throws -> [UInt8]) {
        (self.position, self.count, self.read) = (position, count, read)
    }

    /// Whether there are no more bytes.
    var isAtEnd: Bool { position >= count }

    /// The next byte; nil at the end.
    mutating func next() throws -> UInt8? {
        if index >= piece.count {
            guard !isAtEnd else { return nil }
            piece = try read(position, Int(min(Int64(Self.pieceLength), count - position)))
            index = 0
            guard !piece.isEmpty else { return nil }
        }
        defer { (index, position) = (index + 1, position + 1) }
        return piece[index]
    }

    /// The next bytes; nil if there are fewer.
    mutating func next(_ length: Int) throws -> [UInt8]? {
        var bytes: [UInt8] = []
        for _ in 0..<length {
            guard let byte = try next() else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    /// Passes over bytes; false if there are fewer.
    mutating func skip(_ length: Int64) -> Bool {
        guard length <= count - position else { return false }
        position += length
        if length < Int64(piece.count - index) { index += Int(length) } else { (piece, index) = ([], 0) }
        return true
    }

    /// Passes over the bytes before the next `wanted`, and over that one; false if there is none.
    mutating func skip(past wanted: UInt8) throws -> Bool {
        while true {
            if let found = piece[index...].firstIndex(of: wanted) {
                position += Int64(found + 1 - index)
                index = found + 1
                return true
            }
            position += Int64(piece.count - index)
            (piece, index) = ([], 0)
            guard try next() != nil else { return false }
            (index, position) = (0, position - 1)
        }
    }
}
