internal import CatalogStorage
public import Domain

/// Who sends a request, and what that allows.
public struct Viewer: Hashable, Sendable {
    /// How the viewer has proved who it is.
    public enum Proof: Hashable, Sendable {
        /// The request has no credentials.
        case none
        /// The request has no credentials, and the server lets it act as an account.
        case openAccess
        case session(SessionID)
        case token(TokenID)
    }

    /// Nil for a stranger, who sees what is public.
    public let account: AccountID?
    public let role: Account.Role
    public let scopes: Set<Scope>
    public let proof: Proof
    /// The admin who acts for the account; nil if it acts for itself.
    public private(set) var agent: AccountID?
    /// The one album to which everything goes that the viewer adds; nil for none.
    let album: TokenAlbum?

    public init(
        account: AccountID?, role: Account.Role, scopes: Set<Scope>, proof: Proof, album: TokenAlbum? = nil
    ) {
        (self.account, self.role, self.scopes, self.proof) = (account, role, scopes, proof)
        self.album = album
    }

    /// An admin who acts for another account: with the rights of that one to images, and without those to manage accounts.
    ///
    /// - Throws: `forbidden` for anybody else than an admin, and for a disabled account.
    func acting(for account: Account) throws -> Viewer {
        guard isAdmin else { throw Self.notActing }
        guard !account.isDisabled else {
            throw ServiceError(.forbidden, "The account '\(account.handle)' is disabled.")
        }
        var viewer = Viewer(account: account.id, role: .member, scopes: scopes.subtracting([.admin]), proof: proof)
        viewer.agent = self.account
        return viewer
    }

    static let notActing = ServiceError(
        .forbidden, "Only an admin, whose token has the scope 'admin', acts for another account.")

    /// Somebody without an account.
    public static let stranger = Viewer(account: nil, role: .member, scopes: [.read], proof: .none)

    /// The built-in account, which the server itself acts as.
    public static let root = Viewer(account: .root, role: .admin, scopes: Set(Scope.allCases), proof: .openAccess)

    /// Whether the viewer may read: a token may be for writing alone.
    public var mayRead: Bool { scopes.contains(.read) }

    /// The token that the viewer has shown; nil if it has shown something else.
    var token: TokenID? { if case .token(let id) = proof { id } else { nil } }

    /// Whether the viewer may do what only admins do.
    public var isAdmin: Bool { account != nil && role == .admin && scopes.contains(.admin) }

    /// The images that the viewer may see in lists.
    var audience: Audience {
        if isAdmin { return .everything }
        return account.map(Audience.account) ?? .everyone
    }

    /// What the viewer may see of images that are named, as albums show some of them.
    var reach: Audience { isAdmin ? .everything : .reader(account) }

    /// The images of which the viewer may have files of a type, or the full-size file in place of the original. A
    /// compressed file may have the bytes of the original, which albums do not give.
    func reach(for type: FileType) -> Audience { type == .compressed ? audience : reach }

    /// The viewer as a reader of albums.
    var albumReader: AlbumReader { AlbumReader(account: account, isAdmin: isAdmin) }

    /// Whether the viewer may know that an image exists, albums aside.
    func maySee(owner: AccountID, _ visibility: Visibility) -> Bool {
        grant(owner: owner, visibility) != nil
    }

    /// Whether the viewer gets everything that there is of the images of an account: its owner, or an admin.
    func isInCharge(of owner: AccountID) -> Bool { owner == account || isAdmin }

    /// The account that new images belong to.
    ///
    /// - Throws: `unauthenticated` for a stranger.
    func owner() throws -> AccountID {
        guard let account else { throw ServiceError.unauthenticated }
        return account
    }

    /// - Throws: `notFound` if the viewer may not see the image; `unauthenticated` or `forbidden` if it may see
    ///   the image but not change it.
    func requireChange(of record: ImageRecord) throws {
        guard maySee(owner: record.owner, record.details.visibility) else { throw ServiceError.noImage() }
        guard try owner() == record.owner || isAdmin else {
            throw ServiceError(
                .forbidden, "The image belongs to another account: only that one, or an admin, may change it.")
        }
    }
}
