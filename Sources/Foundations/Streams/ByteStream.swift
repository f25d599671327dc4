/// Bytes that arrive piece by piece; the reader pulls them, and so sets the pace.
///
/// It is read once, by one reader.
public struct ByteStream: AsyncSequence, Sendable {
    public typealias Element = [UInt8]
    public typealias Failure = any Error

    private let pull: @Sendable () async throws -> [UInt8]?

    /// - Parameter next: the next piece, never empty; nil at the end. It is not called again after nil or an error.
    public init(_ next: @escaping @Sendable () async throws -> [UInt8]?) { pull = next }

    /// The next piece; nil at the end.
    public func next() async throws -> [UInt8]? { try await pull() }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let stream: ByteStream
        public mutating func next() async throws -> [UInt8]? { try await stream.next() }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream: self) }

    /// No bytes.
    public static let empty = ByteStream { nil }
}

/// More bytes than a bound allows.
public struct ByteLimitExceeded: Error {
    /// The bound, in bytes.
    public let limit: Int64
    public init(limit: Int64) { self.limit = limit }
}

extension ByteStream {
    /// All of the bytes.
    /// - Throws: `ByteLimitExceeded` as soon as there are more than `limit`.
    public func collect(upTo limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let piece = try await next() {
            guard bytes.count + piece.count <= limit else { throw ByteLimitExceeded(limit: Int64(limit)) }
            bytes.append(contentsOf: piece)
        }
        return bytes
    }
}
