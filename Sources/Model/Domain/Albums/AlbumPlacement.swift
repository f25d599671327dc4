/// Where an upload puts its images.
public struct AlbumPlacement: Sendable, Hashable, Codable {
    public var album: AlbumID?
    /// Titles of albums, each in the one before; those that there are not are made.
    public var path: [String]?
    /// Whether private images are shown to those who see the album; nil if the sender has not said so.
    public var sharesPrivate: Bool?

    public init() {}

    public var isEmpty: Bool { album == nil && path == nil }
}
