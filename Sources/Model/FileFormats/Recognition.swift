public import Domain

/// What some bytes are.
public enum Recognition: Hashable, Sendable {
    /// An image of an accepted format.
    case image(ImageFormat)
    /// Something else, in words that finish "this is …": "a ZIP archive".
    case other(String)
}
