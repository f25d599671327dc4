/// Who may write without an account.
public enum AccessPolicy: String, Sendable, CaseIterable {
    /// Everybody: a request without credentials acts as the built-in account, or as the one that it names.
    case open
    /// Nobody.
    case accounts
    /// Everybody until there is an account with a password, nobody from then on: for loopback addresses.
    case untilAccounts
}

/// Who may register an account.
public enum Registration: String, Sendable, CaseIterable {
    /// Everybody.
    case open
    /// Those who have an invitation from an admin.
    case invite
    /// Admins only.
    case closed
}
