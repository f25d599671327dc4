public import Runtime
public import Streams

/// Bytes that can be read and sent part by part, wherever they are: in an open file, in memory, or on another server.
public struct ByteSource: Sendable {
    /// Reads a range of bytes from another server.
    public typealias RangeReader = @Sendable (Range<Int64>) -> ByteStream

    private enum Location: Sendable {
        case file(FileDescriptor)
        case memory([UInt8])
        case remote(RangeReader)
    }

    /// How many bytes there are.
    public let length: Int64
    private let location: Location

    /// The first `length` bytes of an open file.
    public init(_ file: FileDescriptor, length: Int64) { (location, self.length) = (.file(file), length) }

    public init(_ bytes: [UInt8]) { (location, length) = (.memory(bytes), Int64(bytes.count)) }

    /// Bytes that are fetched when they are needed.
    public init(length: Int64, reading reader: @escaping RangeReader) {
        (location, self.length) = (.remote(reader), length)
    }

    /// A range of the bytes, ready to be sent: by the kernel from a file, at once from memory, or as they are fetched.
    public func content(_ range: Range<Int64>) -> Content {
        switch location {
        case .file(let file):
            return .segment(
                .file(FileSlice(file: file, offset: range.lowerBound, length: range.upperBound - range.lowerBound)))
        case .memory(let bytes): return .segment(.bytes(Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)])))
        case .remote(let reader): return .stream(reader(range))
        }
    }

    /// A range of bytes that can be sent.
    public enum Content: Sendable {
        case segment(Segment)
        case stream(ByteStream)

        /// The bytes as segments that are made while they are sent.
        public var segments: SegmentStream {
            switch self {
            case .segment(let segment): SegmentStream([segment])
            case .stream(let stream): SegmentStream { try await stream.next().map { [.bytes($0)] } }
            }
        }
    }

    /// Reads at most `count` bytes from `offset`; fewer only at the end.
    ///
    /// - Parameter pool: threads for reading a file, which blocks.
    public func read(at offset: Int64, count: Int, on pool: BlockingPool<Void>) async throws -> [UInt8] {
        let end = min(length, offset + Int64(count))
        guard offset < end else { return [] }
        switch location {
        case .file(let file): return try await pool.run { try file.read(at: offset, count: Int(end - offset)) }
        case .memory(let bytes): return Array(bytes[Int(offset)..<Int(end)])
        case .remote(let reader): return try await reader(offset..<end).collect(upTo: count)
        }
    }
}

/// A run of bytes of an open file.
public struct FileSlice: Sendable {
    public let file: FileDescriptor
    public let offset: Int64
    public let length: Int64

    public init(file: FileDescriptor, offset: Int64, length: Int64) {
        (self.file, self.offset, self.length) = (file, offset, length)
    }
}
