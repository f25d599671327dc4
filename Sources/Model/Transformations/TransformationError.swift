/// Why an image cannot be transformed as asked for.
public struct TransformationError: Error, Hashable, Sendable {
    public enum Code: Hashable, Sendable {
        /// The region has nothing of the picture.
        case outside
        /// A side of the result would be less than a pixel long.
        case belowOnePixel
        /// The result would be larger than the limits allow.
        case tooLarge
        /// The result would be larger than the region, which was not to be.
        case enlarged
        /// The image has no such page.
        case noSuchPage
        /// A parameter cannot be read.
        case malformed
    }

    public let code: Code
    /// One or two sentences for those who asked.
    public let message: String

    public init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }

    static let belowOnePixel = TransformationError(
        .belowOnePixel, "The result would be less than one pixel wide or high: ask for a larger one.")
}
