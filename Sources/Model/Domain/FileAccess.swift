/// The properties of an image that decide who may download its files, and under which name.
public struct FileAccess: Hashable, Sendable {
    public let digest: Digest
    public let owner: AccountID
    public let visibility: Visibility
    public let title: String

    public init(digest: Digest, owner: AccountID, visibility: Visibility, title: String) {
        (self.digest, self.owner, self.visibility, self.title) = (digest, owner, visibility, title)
    }
}
