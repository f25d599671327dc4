internal import Runtime

/// A part of data to be sent: bytes in memory, or a range of an open file, which is read only when it is sent.
public enum Segment: Sendable {
    case bytes([UInt8])
    case file(FileSlice)

    public var length: Int64 {
        switch self {
        case .bytes(let bytes): Int64(bytes.count)
        case .file(let slice): slice.length
        }
    }
}

/// Segments that are made while they are sent, and pulled by one reader.
public struct SegmentStream: Sendable {
    private let pull: @Sendable () async throws -> [Segment]?
    /// The reader calls it with the number of bytes each time it has taken some to send them. It must not block.
    public let onTaken: (@Sendable (Int) -> Void)?

    /// - Parameter next: the next segments; nil at the end. It is not called again after nil or an error.
    public init(
        onTaken: (@Sendable (Int) -> Void)? = nil, _ next: @escaping @Sendable () async throws -> [Segment]?
    ) {
        (self.onTaken, pull) = (onTaken, next)
    }

    /// A stream of existing segments.
    public init(_ segments: [Segment]) {
        let rest = Locked<[Segment]?>(segments)
        self.init {
            rest.withLock { rest in
                defer { rest = nil }
                return rest
            }
        }
    }

    /// The next segments; nil at the end.
    public func next() async throws -> [Segment]? { try await pull() }

    /// The segments of several streams, one stream after the other.
    public static func joined(_ streams: [SegmentStream]) -> SegmentStream {
        let rest = Locked(streams[...])
        return SegmentStream {
            while let first = rest.withLock({ $0.first }) {
                if let segments = try await first.next() { return segments }
                rest.withLock { _ = $0.popFirst() }
            }
            return nil
        }
    }

    /// All of the segments.
    public func all() async throws -> [Segment] {
        var all: [Segment] = []
        while let segments = try await next() { all += segments }
        return all
    }
}
