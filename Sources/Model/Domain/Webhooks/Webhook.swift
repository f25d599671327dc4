/// The identity of a webhook.
public struct WebhookID: Identity {
    public let value: UniqueID
    public init(value: UniqueID) { self.value = value }
}

/// An address to which an account has its feed of changes sent: a reader of the feed with a cursor of its own.
public struct Webhook: Hashable, Sendable {
    /// The most webhooks of one account.
    public static let maximumCount = 10
    /// How many of its last attempts are kept.
    public static let keptAttempts = 50
    /// How long the former secret signs, too, after there is another one.
    public static let formerSecretSeconds = 86_400.0

    public let id: WebhookID
    public let account: AccountID
    public let terms: WebhookTerms
    /// Whether it tells of the images of all accounts, as the feed of an admin does.
    public let seesAll: Bool
    /// Up to where the feed has been delivered.
    public let cursor: Cursor
    /// Whether the receiver must be told first that changes are missing.
    public let owesReset: Bool
    /// When changes were last lost.
    public let dateReset: Timestamp?
    /// Nil if it is enabled.
    public let end: WebhookEnd?
    public let failures: WebhookFailures
    public let lastDelivered: Timestamp?
    public let dateCreated: Timestamp
    public let dateModified: Timestamp

    public init(
        id: WebhookID, account: AccountID, terms: WebhookTerms, seesAll: Bool, cursor: Cursor, owesReset: Bool,
        dateReset: Timestamp?, end: WebhookEnd?, failures: WebhookFailures, lastDelivered: Timestamp?,
        dateCreated: Timestamp, dateModified: Timestamp
    ) {
        (self.id, self.account, self.terms, self.seesAll, self.cursor) = (id, account, terms, seesAll, cursor)
        (self.owesReset, self.dateReset, self.end, self.failures) = (owesReset, dateReset, end, failures)
        (self.lastDelivered, self.dateCreated, self.dateModified) = (lastDelivered, dateCreated, dateModified)
    }
}

/// What an account says of a webhook.
public struct WebhookTerms: Hashable, Sendable {
    public var address: WebhookAddress
    /// The kinds of changes that it tells; nil for all.
    public var kinds: Set<RecordedChange.Kind>?
    /// At most 200 characters.
    public var description: String

    public init(address: WebhookAddress, kinds: Set<RecordedChange.Kind>?, description: String) {
        (self.address, self.kinds, self.description) = (address, kinds, description)
    }
}

/// When and why a webhook was disabled.
public struct WebhookEnd: Hashable, Sendable {
    public let date: Timestamp
    /// A sentence for its owner.
    public let reason: String

    public init(date: Timestamp, reason: String) { (self.date, self.reason) = (date, reason) }
}

/// Attempts since the last success.
public struct WebhookFailures: Hashable, Sendable {
    /// How many have failed.
    public let count: Int
    /// When the first of them failed.
    public let since: Timestamp?
    /// When the next attempt is due.
    public let retryAt: Timestamp?

    public init(count: Int = 0, since: Timestamp? = nil, retryAt: Timestamp? = nil) {
        (self.count, self.since, self.retryAt) = (count, since, retryAt)
    }
}

/// Changes of a webhook; nil leaves a property unchanged.
public struct WebhookChanges: Hashable, Sendable {
    public var address: WebhookAddress?
    /// `.some(nil)` for all.
    public var kinds: Set<RecordedChange.Kind>??
    public var description: String?
    public var isEnabled: Bool?
    /// Whether it gets another secret.
    public var rotatesSecret = false

    public init() {}

    /// The terms with these changes.
    public func applied(to terms: WebhookTerms) -> WebhookTerms {
        WebhookTerms(
            address: address ?? terms.address, kinds: kinds ?? terms.kinds,
            description: description ?? terms.description)
    }
}

/// The secrets that sign what a webhook sends.
public struct WebhookSecrets: Hashable, Sendable {
    public let current: [UInt8]
    /// Signs, too, for a day after it was replaced.
    public let former: [UInt8]?

    public init(current: [UInt8], former: [UInt8]?) { (self.current, self.former) = (current, former) }
}
