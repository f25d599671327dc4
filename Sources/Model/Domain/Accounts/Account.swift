/// A user.
public struct Account: Hashable, Sendable {
    /// What an account may do.
    public enum Role: String, Sendable, Codable, CaseIterable {
        /// Everything: sees and changes the images of all, and manages accounts.
        case admin
        /// Sees its own images and public ones, and changes its own.
        case member
    }

    public let id: AccountID
    public let handle: Handle
    public let role: Role
    /// Whether it can log in and use its tokens.
    public let isDisabled: Bool
    /// Whether it can log in at all: the built-in account has no password until it is given one.
    public let hasPassword: Bool
    /// The most bytes that its originals may have together; nil for no limit.
    public let quotaBytes: Int64?
    /// Bytes of its originals.
    public let bytesUsed: Int64
    public let imageCount: Int64
    public let dateCreated: Timestamp

    public init(
        id: AccountID, handle: Handle, role: Role, isDisabled: Bool, hasPassword: Bool, quotaBytes: Int64?,
        bytesUsed: Int64, imageCount: Int64, dateCreated: Timestamp
    ) {
        (self.id, self.handle, self.role, self.isDisabled) = (id, handle, role, isDisabled)
        (self.hasPassword, self.quotaBytes, self.bytesUsed) = (hasPassword, quotaBytes, bytesUsed)
        (self.imageCount, self.dateCreated) = (imageCount, dateCreated)
    }

    /// Bytes that may still come; nil for no limit.
    public var bytesLeft: Int64? { quotaBytes.map { max(0, $0 - bytesUsed) } }
}

/// What an admin changes of an account; nil leaves a thing as it is.
public struct AccountChanges: Hashable, Sendable {
    public var role: Account.Role?
    public var isDisabled: Bool?
    /// `.some(nil)` takes the bound away.
    public var quotaBytes: Int64??

    public init() {}
}
