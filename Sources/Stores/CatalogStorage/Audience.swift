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
    /// What a share shows to whoever has its address.
    case share(ShareScope)

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
        case .share(let scope): scope.condition
        }
    }

    /// Whether it gets the originals of the images, as a condition on `images` that is never null.
    func givesOriginal(_ defaults: PublicDefaults) -> SQLQuery {
        switch self {
        case .everything, .owner: "(1 = 1)"
        case .account(let account): "(images.owner = \(account) OR \(sql: defaults.givesOriginal))"
        case .everyone: defaults.givesOriginal
        // Albums show pictures, never their originals.
        case .reader(let account):
            """
            (\(sql: account.map { "images.owner = \($0) OR " } ?? "")(images.visibility = 'public'
                AND \(sql: defaults.givesOriginal)))
            """
        case .albums: "(1 = 0)"
        case .share(let scope): scope.givesOriginal
        }
    }

    /// The condition on `jobs`: those that an account requested, and those that make what its images await, or could
    /// not make it. Others may work on the same contents for images of other accounts.
    var jobCondition: SQLQuery {
        switch self {
        case .everything: "1 = 1"
        case .everyone, .reader, .albums, .share: "1 = 0"
        case .owner(let owner), .account(let owner):
            """
            (jobs.owner = \(owner) OR (jobs.kind = 'derive' AND EXISTS (
                SELECT 1 FROM images WHERE images.owner = \(owner) AND images.digest = jobs.digest
                    AND (images.awaits_files = 1 OR images.state = 2))))
            """
        }
    }
}
