/// Bytes of a file or of memory that are read in small pieces.
///
/// Every read is checked against the end and against a budget, so that hostile lengths cannot cost memory or time.
public struct ByteWindow {
    /// The number of bytes.
    public let count: Int64
    /// Bytes that may still be read; beyond that every read returns nil.
    private(set) var budget: Int
    private let read: (Int64, Int) throws -> [UInt8]

    /// - Parameters:
    ///   - count: the number of bytes.
    ///   - budget: bytes that may be read in all.
    ///   - read: returns `count` bytes from an offset; fewer mean the end.
    public init(count: Int64, budget: Int = 2 << 20, read: @escaping (Int64, Int) throws -> [UInt8]) {
        self.count = max(0, count)
        self.budget = budget
        self.read = read
    }

    /// The bytes of an array.
    public init(_ bytes: [UInt8], budget: Int = 2 << 20) {
        self.init(count: Int64(bytes.count), budget: budget) { offset, count in
            Array(bytes[Int(offset)..<(Int(offset) + count)])
        }
    }

    /// Exactly `count` bytes from `offset`; nil if there are fewer, or the budget is exhausted.
    public mutating func bytes(at offset: Int64, count wanted: Int) throws -> [UInt8]? {
        guard offset >= 0, wanted >= 0, offset <= count, Int64(wanted) <= count - offset, wanted <= budget else {
            return nil
        }
        budget -= wanted
        let bytes = try read(offset, wanted)
        return bytes.count == wanted ? bytes : nil
    }

    /// Reads from `offset` to the end without the budget: for a file that was found to be longer than usual.
    func forward(from offset: Int64) -> ForwardReader { ForwardReader(at: offset, count: count, read: read) }

    /// The last bytes, at most `limit`.
    mutating func tail(_ limit: Int) throws -> [UInt8]? {
        let wanted = Int(min(Int64(limit), count))
        return try bytes(at: count - Int64(wanted), count: wanted)
    }
}
