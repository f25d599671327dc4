public import Domain

/// What became of one file.
public enum Outcome: Sendable, Hashable {
    /// The server has it now, and had not before.
    case sent(ImageID)
    /// The server answered that the account has it: the same bytes under another name, most likely.
    case duplicate(ImageID)
    /// It was there before anything was sent; `journal` if that is known from an earlier run alone.
    case there(ImageID?, journal: Bool)
    /// It is here now.
    case fetched(ImageID)
    /// It was here already.
    case kept(ImageID)
    /// Nothing that is to be sent, and why.
    case skipped(String)
    /// It should be there and is not, and why.
    case refused(String)
    /// It cannot be read, and why.
    case unreadable(String)
    /// The server has no such image of the account.
    case missing
    case deleted(ImageID)

    /// Its name for programs.
    public var name: String {
        switch self {
        case .sent: "sent"
        case .duplicate: "duplicate"
        case .there: "there"
        case .fetched: "fetched"
        case .kept: "kept"
        case .skipped: "skipped"
        case .refused: "refused"
        case .unreadable: "unreadable"
        case .missing: "missing"
        case .deleted: "deleted"
        }
    }

    public var image: ImageID? {
        switch self {
        case .sent(let id), .duplicate(let id), .fetched(let id), .kept(let id), .deleted(let id): id
        case .there(let id, _): id
        case .skipped, .refused, .unreadable, .missing: nil
        }
    }

    /// Why, if something is left undone.
    public var reason: String? {
        switch self {
        case .skipped(let reason), .refused(let reason), .unreadable(let reason): reason
        default: nil
        }
    }

    /// Whether something that was wanted did not come about.
    public var isFailure: Bool {
        switch self {
        case .refused, .unreadable: true
        default: false
        }
    }
}
