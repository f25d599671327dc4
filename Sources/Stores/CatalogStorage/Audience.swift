public import Domain
internal import SQL

/// Whose images a list may show.
public enum Audience: Sendable, Hashable {
    /// All images.
    case everything
    /// The images of one account only.
    case owner(AccountID)
    /// What an account may see: its own images and everyone's public ones.
    case account(AccountID)
    /// Everyone's public images.
    case everyone
    /// What an account, or a stranger if it is nil, may see of images that are named: also what albums show it. No list
    /// has an index for it.
    case reader(AccountID?)
    /// What albums show.
    case albums([AlbumScope])

    /// The condition on `images`.
    var condition: SQLQuery {
        switch self {
        case .everything: "1 = 1"
        case .owner(let owner): "images.owner = \(owner)"
        case .account(let account): "(images.visibility = 'public' OR images.owner = \(account))"
        case .everyone: "images.visibility = 'public'"
        case .reader(let account):
            """
            (images.visibility = 'public'\(sql: account.map { " OR images.owner = \($0)" } ?? "")
                OR \(sql: AlbumConditions.showsImage(to: account)))
            """
        case .albums(let scopes): AlbumConditions.hasImage(scopes)
        }
    }

    /// The condition on `jobs`: those that an account requested, and those that make what its images await, or could
    /// not make it. Others may work on the same contents for images of other accounts.
    var jobCondition: SQLQuery {
        switch self {
        case .everything: "1 = 1"
        case .everyone, .reader, .albums: "1 = 0"
        case .owner(let owner), .account(let owner):
            """
            (jobs.owner = \(owner) OR (jobs.kind = 'derive' AND EXISTS (
                SELECT 1 FROM images WHERE images.owner = \(owner) AND images.digest = jobs.digest
                    AND (images.awaits_files = 1 OR images.state = 2))))
            """
        }
    }

    /// Disjoint parts whose union is the audience. Each has an index of its own; an *or* has none
    /// (`docs/decisions/0014`).
    var parts: [SQLQuery] {
        switch self {
        case .everything, .owner, .everyone, .reader, .albums: [condition]
        case .account(let account):
            ["images.owner = \(account)", "images.visibility = 'public' AND images.owner <> \(account)"]
        }
    }
}
