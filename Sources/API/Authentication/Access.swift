/// Who may use a route. What of the images it shows or changes is then the service's to decide.
public enum Access: Sendable, CaseIterable {
    /// Everybody, and nobody asks who it is.
    case open
    /// Everybody; a token needs the scope `read`.
    case reading
    /// Accounts; a token needs the scope `write`.
    case writing
    /// Accounts that manage themselves; a token needs the scope `admin`.
    case managing
    /// Admins; a token needs the scope `admin`.
    case administering
}
