/// What is wrong with a search, and at which position.
public struct SearchSyntaxError: Error, Hashable {
    /// In Unicode code points from the beginning of the text.
    public let position: Int
    /// One or two sentences: what is wrong, and what would be right.
    public let message: String

    init(at position: Int, _ message: String) { (self.position, self.message) = (position, message) }
}
