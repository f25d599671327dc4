internal import CatalogStorage
public import Domain
internal import Sodium

/// The accounts of the server: registered, listed and changed.
public struct Accounts: Sendable {
    let repository: Repository
    let library: Library
    let passwords: Passwords
    public let registration: Registration
    /// The quota of a new account; nil for no limit.
    let defaultQuotaBytes: Int64?
    /// Registers the first account.
    public let setupCode: SetupCode

    public init(
        repository: Repository, library: Library, passwords: Passwords,
        registration: Registration, defaultQuotaBytes: Int64?, setupCode: SetupCode
    ) {
        (self.repository, self.library, self.passwords) = (repository, library, passwords)
        (self.registration, self.defaultQuotaBytes) = (registration, defaultQuotaBytes)
        self.setupCode = setupCode
    }

    /// A request for an account.
    public struct RegistrationRequest: Sendable {
        public var handle: String
        public var password: String
        public var invitation: String?
        /// The code that the server has logged, for the first account.
        public var setupCode: String?
        /// Only admins may set it.
        public var role: Account.Role?
        /// Only admins may set it: `.some(nil)` for no limit.
        public var quotaBytes: Int64??

        public init(handle: String, password: String) { (self.handle, self.password) = (handle, password) }
    }

    /// An account that was registered.
    public struct Registered: Sendable {
        public let account: Account
        /// How many images of the built-in account are offered to the first account; 0 for any other.
        public let offeredImages: Int
    }

    /// Registers an account. The first one becomes an admin, and is offered what the built-in account has.
    ///
    /// - Throws: `forbidden` if the registration policy refuses the request; `conflict` if the handle is taken;
    ///   `invalid`.
    public func register(_ request: RegistrationRequest, by viewer: Viewer) async throws -> Registered {
        guard try await hasAccounts() else {
            var request = request
            request.role = try firstRole(for: request, by: viewer)
            return Registered(
                account: try await add(request, on: .isFirst), offeredImages: try await builtInImageCount())
        }
        guard request.setupCode == nil else {
            throw ServiceError(.forbidden, "The setup code has had its use: the server has an account now.")
        }
        let account = try await add(request, on: try permission(for: request, by: viewer))
        return Registered(account: account, offeredImages: 0)
    }

    /// Adds an account for whoever runs the server.
    ///
    /// - Throws: `conflict` if the handle is taken; `invalid`.
    public func add(_ request: RegistrationRequest) async throws -> Account { try await add(request, on: nil) }

    private func add(_ request: RegistrationRequest, on condition: AccountCondition?) async throws -> Account {
        let handle = try AccountRules.handle(request.handle)
        let newcomer = NewAccount(
            handle: handle, role: request.role ?? .member,
            passwordHash: try await passwords.hash(request.password),
            quotaBytes: request.quotaBytes ?? defaultQuotaBytes)
        try await repository.catalog.addAccount(newcomer, on: condition)
        return try await account(handle, for: .root)
    }

    /// Whether there is an account that can log in.
    public func hasAccounts() async throws -> Bool { try await repository.catalog.hasAccounts() }

    /// The role of the first account.
    private func firstRole(for request: RegistrationRequest, by viewer: Viewer) throws -> Account.Role {
        if !viewer.isAdmin {
            guard let code = request.setupCode else {
                throw ServiceError(
                    .forbidden,
                    "The first account needs the setup code that the server has logged at its start: send it as setup_code."
                )
            }
            guard try setupCode.matches(code) else {
                throw ServiceError(
                    .forbidden,
                    "The setup code is wrong: each start of the server logs another one, and the last one counts.")
            }
            guard request.quotaBytes == nil else {
                throw ServiceError(.forbidden, "Only an admin gives roles and quotas.")
            }
        }
        guard request.role != .member else {
            throw ServiceError(.invalid, field: "role", "The first account is an admin's: leave 'role' out.")
        }
        return .admin
    }

    /// The handle that a text stands for, if a new account may have it.
    ///
    /// - Throws: `invalid`; `conflict` if the handle is reserved or taken.
    public func availableHandle(_ text: String) async throws -> Handle {
        let handle = try AccountRules.handle(text)
        guard try await repository.catalog.account(handle) == nil else {
            throw ServiceError(
                .conflict, field: "handle", "There is an account '\(handle)' already: choose another handle.")
        }
        return handle
    }

    /// The condition on which the viewer may register the account; nil if there is none.
    private func permission(for request: RegistrationRequest, by viewer: Viewer) throws -> AccountCondition? {
        if viewer.isAdmin { return nil }
        guard request.role == nil, request.quotaBytes == nil else {
            throw ServiceError(.forbidden, "Only an admin gives roles and quotas.")
        }
        switch registration {
        case .open: return nil
        case .closed: throw ServiceError(.forbidden, "This server takes no registrations: ask an admin for an account.")
        case .invite:
            guard let text = request.invitation, let digest = try Secret.digest(of: text, if: .invitation) else {
                throw ServiceError(.forbidden, "This server requires an invitation: ask an admin for one.")
            }
            return .invitation(digest)
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

    /// The account of a handle, whose public images everybody may see.
    public func owner(_ text: String) async throws -> Account {
        guard let handle = Handle(text), let account = try await repository.catalog.account(handle) else {
            throw ServiceError(.notFound, "There is no account '\(text.prefix(100))'.")
        }
        return account
    }

    public func list(after cursor: Cursor?, limit: Int) async throws -> Page<Account> {
        try await repository.catalog.accounts(after: cursor, limit: limit)
    }

    /// Changes role, quota or state of an account, for admins, or its own settings.
    ///
    /// - Throws: `notFound`; `forbidden`; `conflict` for the role or the state of the built-in account.
    public func update(_ handle: Handle, _ changes: AccountChanges, for viewer: Viewer) async throws -> Account {
        guard viewer.isAdmin || !changes.needAdmin else {
            throw ServiceError(.forbidden, "Only an admin changes roles, quotas and states of accounts.")
        }
        let account = try await account(handle, for: viewer)
        guard account.id != .root || (changes.role == nil && changes.isDisabled == nil) else {
            throw ServiceError(.conflict, "The built-in account stays an admin, and cannot be disabled.")
        }
        guard let changed = try await repository.catalog.updateAccount(account.id, changes) else {
            throw ServiceError(.notFound, "There is no such account.")
        }
        return changed
    }

    /// Changes the password of an account, and ends its sessions and tokens.
    ///
    /// - Parameters:
    ///   - current: the current password; nil if an admin changes it.
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
    }

    /// What a person needs to register with a server that requires invitations.
    public struct Invitation: Sendable {
        public let id: InvitationID
        /// Shown once.
        public let code: String
        public let expires: Timestamp
    }

    /// Creates an invitation. Its code is valid for one registration.
    public func invite(by viewer: Viewer, days: Int) async throws -> Invitation {
        let (secret, id) = (try Secret(.invitation), InvitationID())
        let expires = Timestamp.now.advanced(bySeconds: Double(days) * 86_400)
        try await repository.catalog.addInvitation(
            id, digest: try secret.digest, by: try viewer.owner(), expires: expires)
        return Invitation(id: id, code: secret.text, expires: expires)
    }

    /// The account that a client of an open server names. It is created if it does not exist and registration is open
    /// too.
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
            // Another request has created it in the meantime.
        }
        return try await account(handle, for: .root)
    }
}
