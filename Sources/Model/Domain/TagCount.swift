/// A tag, and how many images have it.
public struct TagCount: Hashable, Sendable {
    /// In the spelling of a user.
    public let tag: String
    public let count: Int64

    public init(tag: String, count: Int64) { (self.tag, self.count) = (tag, count) }
}
