/// Why a transformation cannot be applied to an image.
public struct TransformationError: Error, Hashable, Sendable {
    public enum Code: Hashable, Sendable {
        /// The region is outside the picture.
        case outside
        /// A side of the result would be shorter than a pixel.
        case belowOnePixel
        /// The result would be larger than the limits allow.
        case tooLarge
        /// The result would be larger than the region, which the request excludes.
        case enlarged
        /// The image has no such page.
        case noSuchPage
        /// The frames of the animation cannot be read, except the first.
        case hiddenFrames
        /// A parameter cannot be read.
        case malformed
    }

    public let code: Code
    /// One or two sentences for the client.
    public let message: String
    /// The name of the parameter that is at fault; nil if it is not one.
    public let parameter: String?

    public init(_ code: Code, parameter: String? = nil, _ message: String) {
        (self.code, self.parameter, self.message) = (code, parameter, message)
    }

    static let belowOnePixel = TransformationError(
        .belowOnePixel, "The result would be less than one pixel wide or high: ask for a larger one.")
}
