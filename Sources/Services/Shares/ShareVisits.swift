internal import CatalogStorage
public import Domain
public import KeyStorage
internal import SearchLanguage
internal import Telemetry

/// A share that somebody with its address has opened.
public struct ShareVisit: Sendable {
    public let share: Share
    /// What it shows, evaluated anew by each query.
    let scope: ShareScope

    /// The right to read the files that the share gives.
    public var permission: FilePermission { .share(scope) }

    /// What a visitor gets of each image.
    public var disclosure: Disclosure { Disclosure(of: share.terms) }
}

/// Shares as visitors see them: without an account, by their address alone.
public struct ShareVisits: Sendable {
    let repository: Repository
    private let passwords: Passwords
    private let keys: ShareKeys

    public init(repository: Repository, passwords: Passwords, keys: ShareKeys) {
        (self.repository, self.passwords, self.keys) = (repository, passwords, keys)
    }

    /// Whether a text has the form of a share's token, rather than of an id.
    public static func isToken(_ text: String) -> Bool { text.hasPrefix(Secret.Kind.share.rawValue) }

    /// The share that a token opens, even if it has ended; nil if the token is wrong.
    public func share(of token: String) throws -> ShareID? { try ShareToken.share(of: token, keys) }

    /// Opens a share.
    ///
    /// - Parameters:
    ///   - token: of its address.
    ///   - pass: what the visitor got for the password; nil if it has none.
    /// - Throws: `notFound` if the token is wrong, or the share has ended, for whatever reason; `passwordRequired`.
    public func visit(_ token: String, pass: String?, now: Timestamp = .now) async throws -> ShareVisit {
        let share = try await share(token, now)
        if share.passwordHash != nil {
            guard let pass, try SharePass.isValid(pass, for: share, keys, now: now) else {
                throw ServiceError(
                    .passwordRequired, "The share has a password: send it to POST /v1/shares/{share}/access first.")
            }
        }
        return ShareVisit(
            share: share, scope: repository.catalog.scope(of: share, finding: try await criteria(of: share)))
    }

    /// Opens a share.
    ///
    /// - Parameter isUse: whether that counts as a use of it.
    /// - Returns: the share, and how many images it shows.
    public func open(
        _ token: String, pass: String?, isUse: Bool
    ) async throws -> (visit: ShareVisit, count: Int64) {
        let visit = try await visit(token, pass: pass)
        let count = try await repository.catalog.count(in: visit.scope)
        guard isUse else { return (visit, count) }
        do {
            try await repository.catalog.noteUse(of: visit.share.id)
        } catch {
            // Reading does not depend on counting: the catalogue may be read-only right now.
            repository.log.log(.warning, "the use of a share cannot be counted", ["reason": "\(error)"])
        }
        return (visit, count)
    }

    /// What a visitor gets for the right password.
    public struct Access: Sendable {
        public let pass: String
        public let expires: Timestamp
    }

    /// Exchanges the password of a share for a pass.
    ///
    /// - Parameter client: the address that the attempt comes from, or its network.
    /// - Throws: `notFound`; `wrongPassword`; `throttled` after too many failures; `conflict` if there is no password.
    public func access(_ token: String, password: String, from client: String) async throws -> Access {
        let share = try await share(token, .now)
        guard let hash = share.passwordHash else {
            throw ServiceError(.conflict, "The share has no password: its address is sufficient.")
        }
        guard try await passwords.proves(password, of: "share \(share.id)", from: client, hash: hash) else {
            throw ServiceError(.wrongPassword, "The password is wrong.")
        }
        let pass = try SharePass(of: share, keys, now: .now)
        return Access(pass: pass.text, expires: pass.expires)
    }

    /// The images of a share, in its order.
    public func images(of visit: ShareVisit, after cursor: Cursor?, limit: Int) async throws -> Page<ImageRecord> {
        try await repository.catalog.images(in: visit.scope, after: cursor, limit: limit)
    }

    /// Only the ids of the images, in the same order.
    public func ids(of visit: ShareVisit, after cursor: Cursor?, limit: Int) async throws -> Page<ImageID> {
        try await repository.catalog.ids(in: visit.scope, after: cursor, limit: limit)
    }

    /// An image of a share, with all of its metadata.
    public func image(_ id: ImageID, of visit: ShareVisit) async throws -> (record: ImageRecord, photo: PhotoMetadata) {
        guard let record = try await repository.catalog.image(id, in: visit.scope) else { throw ServiceError.noImage() }
        let content = try await repository.catalog.content(record.content.digest)
        return (record, content?.metadata ?? record.content.metadata)
    }

    private func share(_ token: String, _ now: Timestamp) async throws -> Share {
        guard let id = try ShareToken.share(of: token, keys), let share = try await repository.catalog.share(id),
            share.terms.expires.map({ $0 > now }) ?? true,
            let owner = try await repository.catalog.account(share.owner), !owner.isDisabled
        else { throw ServiceError.noShare }
        return share
    }

    /// The meaning of a share's query, as its owner would search; nil for another share. The oldest pictures come first.
    private func criteria(of share: Share) async throws -> SearchCriteria? {
        guard case .search(let query) = share.subject else { return nil }
        var criteria = SearchCriteria()
        do {
            criteria.terms = try SearchMeaning.terms(of: query)
        } catch {
            throw ServiceError(.conflict, "The query of the share cannot be read any more: ask whoever made it.")
        }
        criteria.order = .earliestTaken
        let owner = Viewer(account: share.owner, role: .member, scopes: [.read], proof: .none)
        return try await repository.catalog.resolve(criteria, for: owner).criteria
    }
}
