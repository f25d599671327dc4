public import Domain

/// What is told of a compressed file that is there.
public struct CompressionReceipt: Sendable, Hashable {
    public let image: ImageID
    public let format: ImageFormat
    /// Pixels, upright.
    public let width: Int, height: Int
    public let bytes: Int64

    public init(image: ImageID, format: ImageFormat, width: Int, height: Int, bytes: Int64) {
        (self.image, self.format, self.width, self.height) = (image, format, width, height)
        self.bytes = bytes
    }

    init(_ image: ImageID, _ file: StoredFile) {
        self.init(image: image, format: file.format, width: file.width, height: file.height, bytes: file.bytes)
    }
}
