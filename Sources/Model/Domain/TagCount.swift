/// A tag, and how many images have it.
public struct TagCount: Hashable, Sendable {
    /// As somebody wrote it.
    public let tag: String
    public let count: Int64

    public init(tag: String, count: Int64) { (self.tag, self.count) = (tag, count) }
}
