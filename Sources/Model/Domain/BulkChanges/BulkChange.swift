/// A change of many images, which a job makes chunk by chunk.
public struct BulkChange: Hashable, Sendable {
    /// An image of a bulk change.
    public struct Target: Hashable, Sendable {
        public let image: ImageID
        /// What is done to this image alone; nil if the same is done to all.
        public let edit: ImageEdit?

        public init(_ image: ImageID, _ edit: ImageEdit? = nil) { (self.image, self.edit) = (image, edit) }
    }

    /// Images that are changed together, in one transaction.
    public struct Chunk: Hashable, Sendable {
        /// The position in the bulk change.
        public let number: Int64
        public let targets: [Target]

        public init(number: Int64, targets: [Target]) { (self.number, self.targets) = (number, targets) }
    }

    /// Why one image was not changed.
    public struct Failure: Hashable, Sendable {
        public enum Reason: String, Hashable, Sendable, Codable, CaseIterable {
            /// There is no such image, or none that the account may know of.
            case notFound = "not-found"
            /// The image belongs to somebody else.
            case forbidden
            /// The changed image would exceed a bound, such as 100 tags.
            case invalid
            /// The account's quota has no room for longer attributes.
            case quotaExceeded = "quota-exceeded"
            /// Somebody has changed the same details since.
            case changed
            /// The account has another image of the same content, so that this one cannot be restored.
            case duplicate
        }

        public let image: ImageID
        public let reason: Reason
        /// One or two sentences for people, if there is more to say than the reason does.
        public let message: String?

        public init(_ image: ImageID, _ reason: Reason, _ message: String? = nil) {
            (self.image, self.reason, self.message) = (image, reason, message)
        }
    }

    /// The account whose rights count.
    public let owner: AccountID
    /// Whether the images of others are changed too.
    public let coversAllAccounts: Bool
    /// What is done to the targets that have no edit of their own.
    public let edit: ImageEdit
    /// The job whose effects this one takes back; nil if it is no such job.
    public let undone: JobID?

    public init(owner: AccountID, coversAllAccounts: Bool, edit: ImageEdit, undone: JobID? = nil) {
        (self.owner, self.coversAllAccounts) = (owner, coversAllAccounts)
        (self.edit, self.undone) = (edit, undone)
    }
}
