public import Domain

/// The details of uploaded images.
public struct UploadDetails: Sendable {
    public var title: String?
    public var description: String?
    public var tags: [String] = []
    public var visibility: Visibility?
    /// The album that gets the image, as titles with slashes between them.
    public var albumPath: String?

    public init() {}
}
