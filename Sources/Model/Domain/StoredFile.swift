public import TextCoding

/// The record of a file in the store.
public struct StoredFile: Hashable, Sendable {
    public let digest: Digest
    public let type: FileType
    /// The key of the file in the store, such as `original/2021/05/31/<digest>.jpg`.
    public let key: BlobKey
    public let format: ImageFormat
    /// How its picture is turned, beyond what the original says; `upright` for an original.
    public let rotation: Orientation
    /// Pixels, upright.
    public let width: Int, height: Int
    public let bytes: Int64
    /// CRC-32 of the file (ISO 3309), as in ZIP archives.
    public let crc32: UInt32
    public let dateUploaded: Timestamp

    public init(
        digest: Digest, type: FileType, key: BlobKey, format: ImageFormat, rotation: Orientation = .upright,
        width: Int, height: Int, bytes: Int64, crc32: UInt32, dateUploaded: Timestamp
    ) {
        (self.digest, self.type, self.key, self.format) = (digest, type, key, format)
        (self.rotation, self.width, self.height) = (rotation, width, height)
        (self.bytes, self.crc32) = (bytes, crc32)
        self.dateUploaded = dateUploaded
    }
}

/// The relation of a stored file to its content.
public enum FileType: String, StringEnumeration {
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
