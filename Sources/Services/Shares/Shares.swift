internal import CatalogStorage
public import Domain
public import KeyStorage
internal import SearchLanguage

/// Shares as their makers see them: made, found, changed and ended. Visitors use `ShareVisits`.
public struct Shares: Sendable {
    private let repository: Repository
    private let passwords: Passwords
    private let keys: ShareKeys

    public init(repository: Repository, passwords: Passwords, keys: ShareKeys) {
        (self.repository, self.passwords, self.keys) = (repository, passwords, keys)
    }

    /// A share, and its token for whoever made it.
    public struct Known: Sendable {
        public let share: Share
        /// Nil for an admin who has not made the share.
        public let token: String?
    }

    /// Shares images of the viewer.
    ///
    /// - Throws: `notFound` if the images or the album are not the viewer's own, even for admins; `invalid`; `conflict` if
    ///   there are too many.
    public func make(
        _ selection: ShareSelection, _ terms: ShareTerms, password: String?, for viewer: Viewer
    ) async throws -> Known {
        let (owner, id) = (try viewer.owner(), ShareID())
        let terms = try terms.validated()
        try selection.validate()
        try Self.requireFuture(terms.expires)
        let hash = if let password { try await passwords.hash(ofShare: password) } else { nil as String? }
        try await repository.catalog.addShare(id, owner: owner, selection, terms, passwordHash: hash)
        return try await share(id, for: viewer)
    }

    /// The images that a selection of the viewer has now, which can be shared if all are the viewer's own.
    ///
    /// - Throws: `notFound` without such a selection; `invalid` if it has more images than a share names.
    public func images(of selection: SelectionID, for viewer: Viewer) async throws -> ShareSelection {
        let images = try await repository.catalog.images(selectedBy: selection, for: viewer)
        guard (1...Share.maximumImages).contains(images.count) else { throw ServiceError.sharedCount("selection") }
        return .images(images)
    }

    /// The shares of an account, the newest first.
    ///
    /// - Parameter owner: nil for the viewer.
    /// - Throws: `forbidden` for shares of others, unless the viewer is an admin.
    public func list(
        of owner: AccountID?, after cursor: Cursor?, limit: Int, for viewer: Viewer
    ) async throws -> Page<Known> {
        let account = try viewer.owner()
        let owner = owner ?? account
        guard viewer.isInCharge(of: owner) else {
            throw ServiceError(.forbidden, "Only an admin sees which shares others have.")
        }
        let page = try await repository.catalog.shares(of: owner, after: cursor, limit: limit)
        return Page(elements: try page.elements.map { try known($0, to: viewer) }, next: page.next)
    }

    /// A share that the viewer has made, or any for an admin.
    public func share(_ id: ShareID, for viewer: Viewer) async throws -> Known {
        _ = try viewer.owner()
        guard let share = try await repository.catalog.share(id), viewer.isInCharge(of: share.owner) else {
            throw ServiceError.noShare
        }
        return try known(share, to: viewer)
    }

    /// Changes a share. If it says anew what it shows, images that were hidden meanwhile are shown again.
    ///
    /// - Parameter modified: when the version was made that the change is made against; nil for any.
    /// - Throws: as `make`; `forbidden` for an admin who has not made it; `stale`.
    public func update(
        _ id: ShareID, _ changes: ShareChanges, modified: Timestamp? = nil, for viewer: Viewer
    ) async throws -> Known {
        let share = try await share(id, for: viewer).share
        guard share.owner == viewer.account else {
            throw ServiceError(.forbidden, "Only whoever made a share may change it; an admin may end it.")
        }
        var changes = changes
        let terms = try changes.applied(to: share.terms).validated()
        if changes.title != nil { changes.title = terms.title }
        try changes.selection?.validate()
        if let expires = changes.expires { try Self.requireFuture(expires) }
        var hash: String??
        if let password = changes.password {
            hash = .some(nil)
            if let password { hash = .some(try await passwords.hash(ofShare: password)) }
        }
        let isFound = try await repository.catalog.updateShare(
            id, of: share.owner, changes, passwordHash: hash, modified: modified)
        guard isFound else { throw ServiceError.noShare }
        return try await self.share(id, for: viewer)
    }

    /// Ends a share at once, also for those who have it open.
    public func end(_ id: ShareID, for viewer: Viewer) async throws {
        _ = try await share(id, for: viewer)
        guard try await repository.catalog.deleteShare(id) else { throw ServiceError.noShare }
    }

    private func known(_ share: Share, to viewer: Viewer) throws -> Known {
        let isOwn = share.owner == viewer.account
        return Known(share: share, token: isOwn ? try ShareToken(of: share.id, keys).text : nil)
    }

    private static func requireFuture(_ expires: Timestamp?) throws {
        if let expires, expires <= .now {
            throw ServiceError(.invalid, field: "expires_at", "The share would have expired already.")
        }
    }
}

extension ServiceError {
    fileprivate static func sharedCount(_ field: String) -> ServiceError {
        ServiceError(
            .invalid, field: field,
            "A share names 1 to \(Share.maximumImages) images: put more into an album, and share that.")
    }

    static let noShare = ServiceError(
        .notFound, "There is no such share, or not any more: ask whoever gave you the address.")
}

extension ShareTerms {
    /// The terms as they are kept.
    ///
    /// - Throws: `invalid` if a bound is exceeded, or the originals would give what is to be hidden.
    fileprivate func validated() throws -> ShareTerms {
        var terms = self
        terms.title = title.trimmed
        guard terms.title.count <= 200 else {
            throw ServiceError(.invalid, field: "title", "The title of a share has at most 200 characters.")
        }
        guard !givesOriginals || !hidesPlace && !hidesCamera else {
            throw ServiceError(
                .invalid, field: hidesPlace ? "hide_place" : "hide_camera",
                "An original states the place and the camera: share renditions only, or hide neither.")
        }
        if let uploads {
            guard uploads.bytes > 0, (1...ShareUploads.maximumCount).contains(uploads.count) else {
                throw ServiceError(
                    .invalid, field: "uploads",
                    "A share takes at least one byte, and 1 to \(ShareUploads.maximumCount) images, or no uploads at all."
                )
            }
        }
        return terms
    }
}

extension ShareSelection {
    /// - Throws: `invalid` if a bound is exceeded, or a query cannot be read.
    fileprivate func validate() throws {
        switch self {
        case .images(let ids):
            guard (1...Share.maximumImages).contains(ids.count) else {
                throw ServiceError.sharedCount("images")
            }
        case .album: break
        case .search(let query):
            do {
                _ = try SearchMeaning.terms(of: query)
            } catch {
                throw ServiceError(.invalid, field: "query", error.message)
            }
        }
    }
}
