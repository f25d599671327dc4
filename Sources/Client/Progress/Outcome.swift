public import Domain

/// The outcome of one file.
public enum Outcome: Sendable, Hashable {
    /// The file was uploaded, and was new.
    case sent(ImageID)
    /// The server answered that the account has it already: most likely the same bytes under another name.
    case duplicate(ImageID)
    /// It was on the server before the run; `journal` if that is known only from an earlier run.
    case there(ImageID?, journal: Bool)
    /// It was downloaded.
    case fetched(ImageID)
    /// It existed locally.
    case kept(ImageID)
    /// It is not an image or is not to be sent, with the reason.
    case skipped(String)
    /// It was refused, with the reason.
    case refused(String)
    /// It cannot be read, with the reason.
    case unreadable(String)
    /// The server has no such image of the account.
    case missing
    case deleted(ImageID)

    /// Its name in JSON.
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

    /// The reason, if something was not done.
    public var reason: String? {
        switch self {
        case .skipped(let reason), .refused(let reason), .unreadable(let reason): reason
        default: nil
        }
    }

    /// Whether it is a failure.
    public var isFailure: Bool {
        switch self {
        case .refused, .unreadable: true
        default: false
        }
    }
}
