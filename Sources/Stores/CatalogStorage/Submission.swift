public import Domain

/// An image that is to be catalogued, its original being kept already.
public struct Submission: Sendable {
    public let id: ImageID
    public let owner: AccountID
    public let details: ImageDetails
    public let content: ImageContent
    /// The original; of the same digest as `content`.
    public let original: StoredFile
    public let dateAdded: Timestamp

    public init(
        id: ImageID, owner: AccountID, details: ImageDetails, content: ImageContent, original: StoredFile,
        dateAdded: Timestamp
    ) {
        (self.id, self.owner, self.details) = (id, owner, details)
        (self.content, self.original, self.dateAdded) = (content, original, dateAdded)
    }
}

/// What became of a submission.
public enum AddOutcome: Sendable, Hashable {
    /// A new image of this owner.
    case added(ImageRecord)
    /// The owner has an image of the same bytes; nothing was changed.
    case duplicate(ImageRecord)

    public var record: ImageRecord {
        switch self {
        case .added(let record), .duplicate(let record): record
        }
    }
}
