internal import CatalogStorage
public import Domain
internal import Runtime
internal import Telemetry
internal import ZipFormat

/// Many files as one download: its entries are decided first, and its bytes are put together as they are sent.
public struct Archives: Sendable {
    /// The most files in one archive.
    static let maximumFiles: Int64 = 100_000
    /// The most files in one archive of a stranger.
    static let maximumFilesOfStranger: Int64 = 5_000
    /// The most files in all archives of one account. Strangers count as one account.
    private static let maximumFilesOfOwner: Int64 = 1_000_000
    private static let lifetimeSeconds = 86_400.0
    let repository: Repository
    let check: ArchiveCheck
    let flights = SingleFlight<String, MadeArchive>()
    /// Archives of one owner are made one after the other.
    private let making = KeyedLock<AccountID?>()

    public init(repository: Repository) {
        self.repository = repository
        check = ArchiveCheck(repository: repository, recent: ArchiveCheck.RecentChecks(capacity: 256))
    }

    /// Makes an archive of what the viewer may see. It lasts a day.
    ///
    /// - Throws: `notFound` if one of the images does not exist, or none matches; `incomplete` if files are missing;
    ///   `invalid` if there are too many; `unauthenticated` if a stranger wants all files to be read.
    public func make(_ order: ArchiveOrder, for viewer: Viewer) async throws -> MadeArchive {
        if order.verifies { _ = try viewer.owner() }
        var (order, list) = (order, viewer.audience)
        switch order.selection {
        case .images, .share, .selection: break
        case .search(let criteria):
            let resolved = try await repository.catalog.resolve(criteria, for: viewer)
            (order.selection, list) = (.search(resolved.criteria), resolved.audience)
        case .album(let id):
            guard let standing = try await repository.catalog.album(id, for: viewer.albumReader) else {
                throw ServiceError.noAlbum
            }
            order.name = order.name ?? PortableName.stem(of: standing.album.details.title)
        }
        return try await make(
            order, owner: viewer.account, collection: nil, ArchiveScope(of: viewer, order.type, list: list),
            atMost: viewer.account == nil ? Self.maximumFilesOfStranger : Self.maximumFiles)
    }

    /// What is known of an archive.
    public func archive(_ id: ArchiveID, for viewer: Viewer) async throws -> Archive {
        guard let archive = try await repository.catalog.archive(id), viewer.maySee(archive) else {
            throw ServiceError(.notFound, "There is no such archive, or not any more: they last a day.")
        }
        return archive
    }

    /// An archive, ready to be sent.
    ///
    /// - Throws: `notFound`; `gone` or `incomplete` if its images or files have changed.
    public func download(_ id: ArchiveID, for viewer: Viewer) async throws -> ArchiveDownload {
        let archive = try await archive(id, for: viewer)
        let (audience, maker) = (viewer.reach(for: archive.type), viewer.maker(of: archive))
        try await check.check(archive, visibleTo: audience, madeFor: maker)
        return ArchiveDownload(archive: archive, repository: repository, audience: audience, maker: maker)
    }

    func make(
        _ order: ArchiveOrder, owner: AccountID?, collection: String?, _ scope: ArchiveScope,
        atMost maximum: Int64 = maximumFiles
    ) async throws -> MadeArchive {
        try await making.withLock(owner) {
            let id = ArchiveID()
            let expires = Timestamp.now.advanced(bySeconds: Self.lifetimeSeconds)
            try await repository.catalog.beginArchive(
                id, owner: owner, collection: collection, name: order.fileName, type: order.type,
                expires: expires)
            do {
                let made = try await fill(id, order, owner, expires, scope, atMost: maximum)
                await tidy(discarding: nil)
                return made
            } catch {
                await tidy(discarding: id)
                throw error
            }
        }
    }

    private func fill(
        _ id: ArchiveID, _ order: ArchiveOrder, _ owner: AccountID?, _ expires: Timestamp, _ scope: ArchiveScope,
        atMost maximum: Int64
    ) async throws -> MadeArchive {
        var making = try ArchiveMaking(
            order, as: id, repository: repository, scope: scope, maximumFiles: maximum)
        let (layout, fingerprint) = try await making.run()
        try await repository.catalog.makeRoom(
            forArchiveOf: owner, files: layout.count, maximum: Self.maximumFilesOfOwner)
        let archive = try await repository.catalog.finishArchive(
            Archive(
                id: id, owner: owner, name: order.fileName, type: order.type, files: layout.count, bytes: layout.length,
                directoryOffset: layout.directoryOffset, directoryLength: layout.directoryLength,
                fingerprint: fingerprint, dateCreated: .now, expires: expires))
        check.note(archive)
        return MadeArchive(archive: archive, leftOut: making.unavailable)
    }

    /// Removes archives that are no longer downloaded, and one that could not be made, even if the client has
    /// disconnected. A failure is left to the next removal.
    private func tidy(discarding failed: ArchiveID?) async {
        await Task {
            do {
                if let failed { try await repository.catalog.discardArchive(failed) }
                let moment = Timestamp.now.advanced(bySeconds: -Catalog.archiveGraceSeconds)
                while try await repository.catalog.forgetArchives(expiredBefore: moment) {}
            } catch {
                repository.log.log(.warning, "old archives cannot be removed", ["reason": "\(error)"])
            }
        }.value
    }
}

extension Viewer {
    /// Whether the viewer may know of an archive. One without an owner is open to everybody who knows its id.
    func maySee(_ archive: Archive) -> Bool { archive.owner == nil || archive.owner == account || isAdmin }

    /// The audience for which an archive was made: it holds what that one gets, also if somebody else downloads it.
    fileprivate func maker(of archive: Archive) -> Audience {
        guard let owner = archive.owner else { return .everyone }
        return owner == account ? audience : .account(owner)
    }
}
