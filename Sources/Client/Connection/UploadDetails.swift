public import Domain

/// What is said of images that are sent.
public struct UploadDetails: Sendable {
    public var title: String?
    public var description: String?
    public var tags: [String] = []
    public var visibility: Visibility?

    public init() {}
}
