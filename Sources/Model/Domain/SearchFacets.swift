/// How the images that match are spread over years, cameras, tags and formats; the most frequent values of each.
public struct SearchFacets: Hashable, Sendable {
    public struct Value: Hashable, Sendable {
        public let name: String
        /// How many of the counted images have it.
        public let count: Int64

        public init(name: String, count: Int64) { (self.name, self.count) = (name, count) }
    }

    /// How many images were counted.
    public var images: Int64 = 0
    /// Whether these are all that match; else only the newest were looked at.
    public var isExact = true
    /// Of the date taken, as the camera's clock showed it.
    public var years: [Value] = []
    public var cameras: [Value] = []
    public var tags: [Value] = []
    public var formats: [Value] = []

    public init() {}
}
