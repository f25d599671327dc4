/// The images that match a query, page by page.
public struct ImageListing: AsyncSequence, Sendable {
    public typealias Element = RemoteImage

    private let connection: Connection
    private let query: ImageQuery
    private let limit: Int?

    /// - Parameter limit: how many at most; nil for all.
    public init(_ connection: Connection, _ query: ImageQuery, limit: Int?) {
        (self.connection, self.query, self.limit) = (connection, query, limit)
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let listing: ImageListing
        var page: ArraySlice<RemoteImage> = []
        var cursor: String?
        var isFirst = true
        var left: Int

        public mutating func next() async throws -> RemoteImage? {
            while page.isEmpty {
                guard left > 0, isFirst || cursor != nil else { return nil }
                let answer = try await listing.connection.images(
                    matching: listing.query, limit: Swift.min(left, 500), after: cursor)
                (page, cursor, isFirst) = (answer.images[...], answer.next, false)
            }
            guard left > 0 else { return nil }
            left -= 1
            return page.popFirst()
        }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(listing: self, left: limit ?? .max) }
}
