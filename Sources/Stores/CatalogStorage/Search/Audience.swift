public import Domain
internal import SQL

/// Whose images a list may show.
public enum Audience: Sendable, Hashable {
    /// All there are.
    case everything
    /// The images of one account only.
    case owner(AccountID)
    /// What an account may see: its own images and everyone's public ones.
    case account(AccountID)
    /// Everyone's public images.
    case everyone

    /// The condition on `images`.
    var condition: SQLQuery {
        switch self {
        case .everything: "1 = 1"
        case .owner(let owner): "images.owner = \(owner)"
        case .account(let account): "(images.visibility = 'public' OR images.owner = \(account))"
        case .everyone: "images.visibility = 'public'"
        }
    }
}
