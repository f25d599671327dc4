public import Domain

/// Who asks.
public struct Viewer: Hashable, Sendable {
    public let account: AccountID

    public init(account: AccountID) { self.account = account }

    /// The built-in account.
    public static let root = Viewer(account: .root)
}
