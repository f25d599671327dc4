/// The relation of a stored file to its content.
public enum FileType: String, Sendable, Codable, CaseIterable {
    /// The bytes as they were uploaded.
    case original
    /// The picture within 2048 × 2048 pixels.
    case fullSize = "full-size"
    /// The picture within 256 × 256 pixels.
    case thumbnail
    /// A smaller file of about the same visual quality.
    case compressed

    /// The renditions that every image should have.
    public static let kept: [FileType] = [.fullSize, .thumbnail]
}
