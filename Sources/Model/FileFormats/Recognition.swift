public import Domain

/// The result of recognising a file.
public enum Recognition: Hashable, Sendable {
    /// An image of an accepted format.
    case image(ImageFormat)
    /// Something else, in words that complete "this is …": "a ZIP archive".
    case other(String)
}
