public import Domain

/// A file as a store lists it.
public struct ListedBlob: Hashable, Sendable {
    /// Below the store's root.
    public let path: String
    /// Nil if the path is no key of the store.
    public let key: BlobKey?
    public let bytes: Int64
}

/// The files of a store, some at a time: never all at once.
public struct BlobListing: AsyncSequence, Sendable {
    public typealias Element = [ListedBlob]
    public typealias Failure = any Error

    private let pull: @Sendable () async throws -> [ListedBlob]?

    /// - Parameter next: the next files; nil at the end.
    init(_ next: @escaping @Sendable () async throws -> [ListedBlob]?) { pull = next }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let listing: BlobListing
        public mutating func next() async throws -> [ListedBlob]? { try await listing.pull() }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(listing: self) }
}
