/// The counts of the matching images by year, camera, tag and format; the most frequent values of each.
public struct SearchFacets: Hashable, Sendable {
    public struct Value: Hashable, Sendable {
        public let name: String
        /// The number of counted images that have it.
        public let count: Int64

        public init(name: String, count: Int64) { (self.name, self.count) = (name, count) }
    }

    /// The number of counted images.
    public var images: Int64 = 0
    /// Whether all matching images were counted; otherwise only the newest ones.
    public var isExact = true
    /// Of the date taken, in the camera's local time.
    public var years: [Value] = []
    public var cameras: [Value] = []
    public var tags: [Value] = []
    public var formats: [Value] = []
    /// Of the attributes that were asked for, by the names that were asked for.
    public var attributes: [String: [Value]] = [:]

    public init() {}
}

/// A tag, and how many images have it.
public struct TagCount: Hashable, Sendable {
    /// In the spelling of a user.
    public let tag: String
    public let count: Int64

    public init(tag: String, count: Int64) { (self.tag, self.count) = (tag, count) }
}
