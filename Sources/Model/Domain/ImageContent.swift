/// The properties of bytes, once for each digest, whoever has uploaded them.
public struct ImageContent: Hashable, Sendable {
    public let digest: Digest
    public let format: ImageFormat
    /// Pixels as stored, before the orientation is applied.
    public let width: Int, height: Int
    /// Exif orientation, 1 to 8 (CIPA DC-008, 4.6.4 A).
    public let orientation: Int
    /// Frames or pages; 1 for a still.
    public let frames: Int
    /// Whether pixels may be transparent.
    public let hasAlpha: Bool
    public let metadata: PhotoMetadata
    /// Why the pixels cannot be decoded; nil if nothing is known to be wrong.
    public var damage: String?
    /// The colour that most of the picture has; nil as long as no thumbnail has been made.
    public var colour: PictureColour?
    public var versions: ContentVersions
    /// How often the kept renditions have been replaced by better ones.
    public var revision: Int

    public init(
        digest: Digest, format: ImageFormat, width: Int, height: Int, orientation: Int, frames: Int, hasAlpha: Bool,
        metadata: PhotoMetadata, damage: String? = nil, colour: PictureColour? = nil,
        versions: ContentVersions = ContentVersions(), revision: Int = 0
    ) {
        (self.digest, self.format, self.width, self.height) = (digest, format, width, height)
        (self.orientation, self.frames, self.hasAlpha) = (orientation, frames, hasAlpha)
        (self.metadata, self.damage) = (metadata, damage)
        (self.colour, self.versions, self.revision) = (colour, versions, revision)
    }

    /// Pixels upright, as a person sees the picture.
    public var uprightSize: (width: Int, height: Int) {
        orientation >= 5 ? (height, width) : (width, height)
    }

    /// The same content as an image shows it that somebody has turned.
    public func turned(by rotation: Orientation) -> ImageContent {
        guard rotation != .upright else { return self }
        let orientation = (Orientation(exif: orientation) ?? .upright).followed(by: rotation).exif
        return ImageContent(
            digest: digest, format: format, width: width, height: height, orientation: orientation, frames: frames,
            hasAlpha: hasAlpha, metadata: metadata, damage: damage, colour: colour, versions: versions,
            revision: revision)
    }
}
