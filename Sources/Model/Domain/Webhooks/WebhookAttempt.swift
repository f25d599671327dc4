/// One request to a receiver, and what came of it.
public struct WebhookAttempt: Hashable, Sendable {
    /// What a message is about.
    public enum Kind: String, Sendable, CaseIterable {
        /// Entries of the feed.
        case changes
        /// Changes are missing: the receiver has to list the images anew.
        case reset
        /// Nothing: the account wants to see whether it arrives.
        case ping
    }

    /// The id of the message. It is the same whenever the same entries are sent again.
    public let message: String
    public let kind: Kind
    public let date: Timestamp
    /// How long it took.
    public let milliseconds: Int64
    /// The status of the answer; nil if there was none.
    public let status: Int?
    /// Why it counts as a failure, as a sentence; nil for a success.
    public let error: String?
    /// How many entries were in it.
    public let changeCount: Int
    /// When it is repeated; nil if it is not.
    public let retryAt: Timestamp?

    public init(
        message: String, kind: Kind, date: Timestamp, milliseconds: Int64, status: Int?, error: String?,
        changeCount: Int, retryAt: Timestamp? = nil
    ) {
        (self.message, self.kind, self.date, self.milliseconds) = (message, kind, date, milliseconds)
        (self.status, self.error, self.changeCount, self.retryAt) = (status, error, changeCount, retryAt)
    }
}
