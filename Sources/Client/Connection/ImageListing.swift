internal import HTTPTypes

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

/// Criteria that select images.
public struct ImageQuery: Sendable {
    /// Words that an image must contain.
    public var words: [String] = []
    /// Tags that an image must have.
    public var tags: [String] = []
    /// The handle of the owner; nil for all visible images.
    public var owner: String?

    public init() {}

    /// Whether it has no criteria.
    public var isEmpty: Bool { words.isEmpty && tags.isEmpty && owner == nil }

    var parameters: [(String, String)] {
        var parameters: [(String, String)] = []
        if !words.isEmpty { parameters.append(("q", words.joined(separator: " "))) }
        for tag in tags { parameters.append(("tag", tag)) }
        if let owner { parameters.append(("owner", owner)) }
        return parameters
    }
}

/// Queries of URLs.
enum QueryText {
    static func encode(_ pairs: [(String, String)]) -> String {
        pairs.map { PercentEncoding.encode($0.0) + "=" + PercentEncoding.encode($0.1) }.joined(separator: "&")
    }
}
