/// What decides who may have the files of an image, and under which name they are sent.
public struct FileAccess: Hashable, Sendable {
    public let digest: Digest
    public let owner: AccountID
    public let visibility: Visibility
    public let title: String

    public init(digest: Digest, owner: AccountID, visibility: Visibility, title: String) {
        (self.digest, self.owner, self.visibility, self.title) = (digest, owner, visibility, title)
    }
}
