/// A session of an account, from a login to its end.
public struct Session: Hashable, Sendable {
    public let id: SessionID
    public let account: AccountID
    /// What the client said of itself when it logged in; nil if it said nothing.
    public let userAgent: String?
    /// The address that the login came from.
    public let address: String
    public let dateCreated: Timestamp
    /// When it began, or was last refreshed.
    public let dateUsed: Timestamp
    /// When it ends unless it is refreshed.
    public let expires: Timestamp
    /// When it ends even if it is refreshed.
    public let ends: Timestamp

    public init(
        id: SessionID, account: AccountID, userAgent: String?, address: String, dateCreated: Timestamp,
        dateUsed: Timestamp, expires: Timestamp, ends: Timestamp
    ) {
        (self.id, self.account, self.userAgent, self.address) = (id, account, userAgent, address)
        (self.dateCreated, self.dateUsed, self.expires, self.ends) = (dateCreated, dateUsed, expires, ends)
    }
}
