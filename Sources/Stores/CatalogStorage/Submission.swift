public import Domain

/// An image to add to the catalogue. The store has its original already.
public struct Submission: Sendable {
    public let id: ImageID
    public let owner: AccountID
    public let details: ImageDetails
    public let content: ImageContent
    /// The original, which has the same digest as `content`.
    public let original: StoredFile
    /// The name with which the file was sent; nil if the sender gave none.
    public let sentName: String?
    public let dateAdded: Timestamp
    /// The token whose quota the original counts in; nil if there is none, or it was counted before.
    public let token: TokenID?
    /// The item of a batch that becomes the image; nil if it was uploaded by itself.
    public let item: BatchItemID?
    /// The resumable upload that becomes the image; nil if it was not sent as one.
    public let upload: UploadID?
    /// The share whose visitor has sent it; nil if its owner has. It is a new image then, whatever its owner has, and comes
    /// into the album of the share.
    public let share: ShareScope?

    public init(
        id: ImageID, owner: AccountID, details: ImageDetails, content: ImageContent, original: StoredFile,
        sentName: String? = nil, dateAdded: Timestamp, token: TokenID? = nil, item: BatchItemID? = nil,
        upload: UploadID? = nil, share: ShareScope? = nil
    ) {
        (self.id, self.owner, self.details) = (id, owner, details)
        (self.content, self.original, self.dateAdded) = (content, original, dateAdded)
        self.sentName = sentName
        (self.token, self.item, self.upload, self.share) = (token, item, upload, share)
    }
}

/// The outcome of adding an image.
public enum AddOutcome: Sendable, Hashable {
    /// The owner has a new image; with the job that makes its renditions, if one was queued.
    case added(ImageRecord, job: JobID?)
    /// The owner already has an image of the same bytes. Nothing was changed.
    case duplicate(ImageRecord)

    public var record: ImageRecord {
        switch self {
        case .added(let record, _), .duplicate(let record): record
        }
    }
}
