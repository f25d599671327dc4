/// A mistake in a search, and its position.
public struct SearchSyntaxError: Error, Hashable {
    /// In Unicode code points from the beginning of the text.
    public let position: Int
    /// One or two sentences: the mistake, and how to correct it.
    public let message: String

    init(at position: Int, _ message: String) { (self.position, self.message) = (position, message) }
}
