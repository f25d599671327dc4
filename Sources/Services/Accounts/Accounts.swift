internal import CatalogStorage
public import Domain
internal import Sodium

/// The accounts of the server: made, listed, changed. Removing them has a file of its own.
public struct Accounts: Sendable {
    let repository: Repository
    let library: Library
    let passwords: Passwords
    let known: ViewerCache
    public let registration: Registration
    /// The quota of a new account; nil for no limit.
    let defaultQuotaBytes: Int64?

    public init(
        repository: Repository, library: Library, passwords: Passwords, known: ViewerCache,
        registration: Registration, defaultQuotaBytes: Int64?
    ) {
        (self.repository, self.library, self.passwords, self.known) = (repository, library, passwords, known)
        (self.registration, self.defaultQuotaBytes) = (registration, defaultQuotaBytes)
    }

    /// What somebody who wants an account says.
    public struct RegistrationRequest: Sendable {
        public var handle: String
        public var password: String
        public var invitation: String?
        /// For admins to say.
        public var role: Account.Role?
        /// For admins to say: `.some(nil)` for no limit.
        public var quotaBytes: Int64??

        public init(handle: String, password: String) { (self.handle, self.password) = (handle, password) }
    }

    /// Makes an account.
    ///
    /// - Throws: `forbidden` if the server takes no registrations of this kind; `conflict` if the handle is taken;
    ///   `invalid`.
    public func register(_ request: RegistrationRequest, by viewer: Viewer) async throws -> Account {
        let invitation = try permission(for: request, by: viewer)
        let handle = try AccountRules.handle(request.handle)
        let newcomer = NewAccount(
            handle: handle, role: request.role ?? .member,
            passwordHash: try await passwords.hash(request.password),
            quotaBytes: request.quotaBytes ?? defaultQuotaBytes)
        try await repository.catalog.addAccount(newcomer, invitation: invitation)
        known.noteAccount()
        return try await account(handle, for: .root)
    }

    /// The handle that a text stands for, if a new account may have it.
    ///
    /// - Throws: `invalid`; `conflict` if the handle is reserved or taken.
    public func availableHandle(_ text: String) async throws -> Handle {
        let handle = try AccountRules.handle(text)
        guard try await repository.catalog.account(handle) == nil else {
            throw ServiceError(.conflict, "There is an account '\(handle)' already: choose another handle.")
        }
        return handle
    }

    /// The digest of the invitation that is to be used up; nil if none is needed.
    private func permission(for request: RegistrationRequest, by viewer: Viewer) throws -> Digest? {
        if viewer.isAdmin { return nil }
        guard request.role == nil, request.quotaBytes == nil else {
            throw ServiceError(.forbidden, "Only an admin gives roles and quotas.")
        }
        switch registration {
        case .open: return nil
        case .closed: throw ServiceError(.forbidden, "This server takes no registrations: ask an admin for an account.")
        case .invite:
            guard let text = request.invitation, let digest = try Secret.digest(of: text, if: .invitation) else {
                throw ServiceError(.forbidden, "This server wants an invitation: ask an admin for one.")
            }
            return digest
        }
    }

    /// An account, as itself or an admin sees it.
    public func account(_ handle: Handle, for viewer: Viewer) async throws -> Account {
        guard let account = try await repository.catalog.account(handle), viewer.isAdmin || account.id == viewer.account
        else { throw ServiceError(.notFound, "There is no such account.") }
        return account
    }

    /// The viewer's own account.
    public func own(_ viewer: Viewer) async throws -> Account {
        guard let account = try await repository.catalog.account(try viewer.owner()) else {
            throw ServiceError.unauthenticated
        }
        return account
    }

    /// The account whose public images everybody may see at its handle.
    public func owner(_ text: String) async throws -> Account {
        guard let handle = Handle(text), let account = try await repository.catalog.account(handle) else {
            throw ServiceError(.notFound, "There is no account '\(text.prefix(100))'.")
        }
        return account
    }

    public func list(after cursor: Cursor?, limit: Int) async throws -> Page<Account> {
        try await repository.catalog.accounts(after: cursor, limit: limit)
    }

    /// Changes role, quota or state of an account.
    public func update(_ handle: Handle, _ changes: AccountChanges, for viewer: Viewer) async throws -> Account {
        let account = try await account(handle, for: viewer)
        guard account.id != .root || (changes.role == nil && changes.isDisabled == nil) else {
            throw ServiceError(.conflict, "The built-in account stays an admin, and cannot be disabled.")
        }
        defer { known.forgetAll() }
        guard let changed = try await repository.catalog.updateAccount(account.id, changes) else {
            throw ServiceError(.notFound, "There is no such account.")
        }
        return changed
    }

    /// Gives an account another password, and ends its sessions and tokens.
    ///
    /// - Parameters:
    ///   - current: the password that it has; nil if an admin does it.
    ///   - address: the address that the request comes from.
    /// - Throws: `wrongPassword`; `throttled`; `forbidden`.
    public func changePassword(
        of handle: Handle, from current: String?, to password: String, address: String, for viewer: Viewer
    ) async throws {
        let account = try await account(handle, for: viewer)
        if let current {
            let stored = try await repository.catalog.credentials(of: handle)?.passwordHash
            guard try await passwords.proves(current, of: handle.key, from: address, hash: stored) else {
                throw ServiceError(.wrongPassword, "The current password is wrong.")
            }
        } else if !viewer.isAdmin {
            throw ServiceError(.forbidden, "Give the current password too.")
        }
        let hash = try await passwords.hash(password)
        try await repository.catalog.setPassword(of: account.id, hash: hash, endsAccess: true)
        known.forgetAll()
        known.noteAccount()
    }

    /// What somebody needs to register if the server takes invitations only.
    public struct Invitation: Sendable {
        public let id: InvitationID
        /// Shown once.
        public let code: String
        public let expires: Timestamp
    }

    /// Invites somebody: the code is good for one registration.
    public func invite(by viewer: Viewer, days: Int) async throws -> Invitation {
        let (secret, id) = (try Secret(.invitation), InvitationID())
        let expires = Timestamp.now.advanced(bySeconds: Double(days) * 86_400)
        try await repository.catalog.addInvitation(
            id, digest: try secret.digest, by: try viewer.owner(), expires: expires)
        return Invitation(id: id, code: secret.text, expires: expires)
    }

    /// The account that a client of an open server names; made if it is not there and registration is open too.
    func accountOnOpenServer(named name: String) async throws -> Account {
        if let handle = Handle(name), let account = try await repository.catalog.account(handle) {
            guard !account.isDisabled else { throw ServiceError(.forbidden, "The account '\(handle)' is disabled.") }
            return account
        }
        guard registration == .open else {
            throw ServiceError(.forbidden, "There is no account '\(name.prefix(100))': an admin can make it.")
        }
        let handle = try AccountRules.handle(name)
        do {
            try await repository.catalog.addAccount(NewAccount(handle: handle, quotaBytes: defaultQuotaBytes))
        } catch let error as CatalogError where error.code == .handleTaken {
            // Another request was quicker.
        }
        return try await account(handle, for: .root)
    }
}
