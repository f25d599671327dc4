/// What a caller of the catalogue may have got wrong.
public struct CatalogError: Error, Hashable {
    public enum Code: Hashable, Sendable {
        /// The cursor belongs to another list, or another order of this one.
        case foreignCursor
        /// A stored value makes no sense: the catalogue has been changed by something else.
        case malformedRow
        /// The account has been removed or disabled.
        case noAccount
        /// There is no such invitation, or it has expired.
        case noInvitation
        /// The account may not have that many bytes more; these are left.
        case quotaExceeded(bytesLeft: Int64)
        /// The handle belongs to another account.
        case handleTaken
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }
}
