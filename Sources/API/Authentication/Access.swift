/// Who may use a route. The service decides which images the route then shows or changes.
public enum Access: Sendable, CaseIterable {
    /// Everybody, without authentication.
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
