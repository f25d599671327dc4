public import Domain

/// On whose behalf pictures are made: clients take turns.
public enum RenderClient: Hashable, Sendable {
    case account(AccountID)
    /// Somebody without an account; an IPv6 client is its /64.
    case address(String)
    /// The server itself: its jobs, and what it makes in the background.
    case server
    /// The kept files of new uploads, which wait for nobody else.
    case uploads
}
