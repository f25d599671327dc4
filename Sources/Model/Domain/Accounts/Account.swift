public import TextCoding

/// A user.
public struct Account: Hashable, Sendable {
    /// The rights of an account.
    public enum Role: String, StringEnumeration {
        /// May see and change all images, and manage accounts.
        case admin
        /// May see its own images and public ones, and change its own.
        case member
    }

    public let id: AccountID
    public let handle: Handle
    public let role: Role
    /// Whether it can log in and use its tokens.
    public let isDisabled: Bool
    /// Whether it can log in: the built-in account has no password until one is set.
    public let hasPassword: Bool
    /// The limit for the total bytes of its originals; nil for none.
    public let quotaBytes: Int64?
    /// Bytes of its originals.
    public let bytesUsed: Int64
    public let imageCount: Int64
    /// Whether the same bytes again are another image, and not the one that there is.
    public let keepsDuplicates: Bool
    public let dateCreated: Timestamp

    public init(
        id: AccountID, handle: Handle, role: Role, isDisabled: Bool, hasPassword: Bool, quotaBytes: Int64?,
        bytesUsed: Int64, imageCount: Int64, keepsDuplicates: Bool = false, dateCreated: Timestamp
    ) {
        (self.id, self.handle, self.role, self.isDisabled) = (id, handle, role, isDisabled)
        (self.hasPassword, self.quotaBytes, self.bytesUsed) = (hasPassword, quotaBytes, bytesUsed)
        (self.imageCount, self.keepsDuplicates, self.dateCreated) = (imageCount, keepsDuplicates, dateCreated)
    }

    /// Bytes that it may still upload; nil for no limit.
    public var bytesLeft: Int64? { quotaBytes.map { max(0, $0 - bytesUsed) } }
}

/// Changes of an account; nil leaves a property unchanged.
public struct AccountChanges: Hashable, Sendable {
    public var role: Account.Role?
    public var isDisabled: Bool?
    /// `.some(nil)` removes the limit.
    public var quotaBytes: Int64??
    public var keepsDuplicates: Bool?

    public init() {}

    /// Whether only an admin may make them.
    public var needAdmin: Bool { role != nil || isDisabled != nil || quotaBytes != nil }
}
