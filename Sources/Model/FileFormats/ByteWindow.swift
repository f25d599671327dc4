/// A file or a blob to be read in small pieces, wherever its bytes are.
///
/// Every read is checked against the end and against a budget, so that no hostile length costs memory or time.
public struct ByteWindow {
    /// Bytes there are.
    public let count: Int64
    /// Bytes that may still be read; past it every read answers nil.
    private(set) var budget: Int
    private let read: (Int64, Int) throws -> [UInt8]

    /// - Parameters:
    ///   - count: bytes there are.
    ///   - budget: bytes that may be read in all.
    ///   - read: gives `count` bytes from an offset; fewer are taken for the end.
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

    /// Exactly `count` bytes from `offset`; nil if they are not all there, or the budget is used up.
    public mutating func bytes(at offset: Int64, count wanted: Int) throws -> [UInt8]? {
        guard offset >= 0, wanted >= 0, offset <= count, Int64(wanted) <= count - offset, wanted <= budget else {
            return nil
        }
        budget -= wanted
        let bytes = try read(offset, wanted)
        return bytes.count == wanted ? bytes : nil
    }

    /// The last bytes, at most `limit`.
    mutating func tail(_ limit: Int) throws -> [UInt8]? {
        let wanted = Int(min(Int64(limit), count))
        return try bytes(at: count - Int64(wanted), count: wanted)
    }
}
