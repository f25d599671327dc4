internal import BlobStorage
internal import CatalogStorage
public import Domain
internal import RenditionStorage
internal import Runtime

/// Images that were deleted and can still be restored (`docs/decisions/0056`).
public struct Trash: Sendable {
    /// The most images that one request restores.
    public static let maximumRestored = 1000
    private static let pageLength = 200

    private let repository: Repository
    private let publication: FilePublication
    private let openFiles: OpenFiles
    private let jobs: Jobs
    /// How many days images are kept; 0 if there is no trash.
    public let days: Int
    /// Signals that there are deleted images to purge.
    let work = ChangeSignal()

    public init(
        repository: Repository, publication: FilePublication, openFiles: OpenFiles, jobs: Jobs, days: Int
    ) {
        (self.repository, self.publication, self.openFiles) = (repository, publication, openFiles)
        (self.jobs, self.days) = (jobs, days)
    }

    /// Says that there are deleted images whose files can be removed.
    func wake() { work.signal() }

    /// When an image is deleted unless it is restored.
    public func expiry(of image: TrashedImage) -> Timestamp { image.dateTrashed.advanced(bySeconds: seconds) }

    private var seconds: Double { Double(days) * 86_400 }

    /// The viewer's own trashed images, the one that was trashed last first.
    ///
    /// - Throws: `unauthenticated` for a stranger.
    public func images(after cursor: Cursor?, limit: Int, for viewer: Viewer) async throws -> Page<TrashedImage> {
        try await repository.catalog.trashedImages(of: try viewer.owner(), after: cursor, limit: limit)
    }

    /// What became of the images of a request.
    public struct Restoration: Sendable {
        /// A version that has become what its image is: that image.
        public internal(set) var restored: [ImageID] = []
        /// Those that stay in the trash, because their owner has another image of the same content by now.
        public internal(set) var duplicates: [(id: ImageID, existing: ImageID)] = []
        /// Those that are not in the trash, as far as the viewer may know.
        public internal(set) var unknown: [ImageID] = []
    }

    /// Restores trashed images of the viewer, or of anybody if the viewer is an admin.
    public func restore(_ ids: [ImageID], for viewer: Viewer) async throws -> Restoration {
        var restoration = Restoration()
        var seen: Set<ImageID> = []
        for id in ids where seen.insert(id).inserted {
            guard let record = try await record(id, for: viewer) else {
                restoration.unknown.append(id)
                continue
            }
            let outcome = try await publication.withLock(record.content.digest) {
                try await repository.catalog.restoreImage(id)
            }
            switch outcome {
            case .restored(let record):
                restoration.restored.append(record.id)
                openFiles.forget(record.id)
            case .duplicate(let existing): restoration.duplicates.append((id, existing))
            case .notFound: restoration.unknown.append(id)
            }
        }
        jobs.wake()
        return restoration
    }

    /// Deletes one trashed image for good, with the versions of it.
    ///
    /// - Throws: `notFound`.
    public func delete(_ id: ImageID, for viewer: Viewer) async throws {
        guard try await record(id, for: viewer) != nil, try await deleteAll(.image(id)) > 0 else {
            throw ServiceError(.notFound, "There is no such image in the trash.")
        }
    }

    /// Deletes all trashed images of the viewer for good.
    ///
    /// - Returns: how many there were.
    public func empty(for viewer: Viewer) async throws -> Int { try await deleteAll(.ownedBy(try viewer.owner())) }

    /// Removes what is kept of deleted images, after those have been deleted whose time in the trash is over. What an
    /// archive needs stays until that expires. It may be interrupted at any time, and continues the next time.
    public func purge(now: Timestamp = .now) async throws {
        _ = try await deleteAll(.trashedBefore(now.advanced(bySeconds: -seconds)))
        var cursor: Cursor?
        repeat {
            let page = try await repository.catalog.deletedImages(after: cursor, limit: Self.pageLength, now: now)
            for image in page.elements {
                try Task.checkCancellation()
                try await purge(image, now)
            }
            cursor = page.next
        } while cursor != nil
    }

    /// Deletes the trashed images of an account, and removes their files.
    ///
    /// - Returns: how many there were.
    func deleteImages(ownedBy owner: AccountID) async throws -> Int {
        let count = try await deleteAll(.ownedBy(owner))
        try await purge()
        return count
    }

    private func record(_ id: ImageID, for viewer: Viewer) async throws -> ImageRecord? {
        let owner = try viewer.owner()
        guard let record = try await repository.catalog.trashedImage(id), record.owner == owner || viewer.isAdmin else {
            return nil
        }
        return record
    }

    private func deleteAll(_ selection: TrashSelection) async throws -> Int {
        var total = 0
        while case let count = try await repository.catalog.deleteTrashed(selection), count > 0 { total += count }
        if total > 0 { wake() }
        return total
    }

    private func purge(_ image: DeletedImage, _ now: Timestamp) async throws {
        let digest = image.digest
        try await publication.withLock(digest) {
            let keys = try await repository.catalog.files(of: digest).map(\.key)
            try await repository.store.remove(keys) {
                guard
                    case .deleted(let files, let isContentGone) = try await repository.catalog.purge(image.id, now: now)
                else { return ((), []) }
                if isContentGone { try await repository.purge(digest, openFiles) }
                return ((), files.map(\.key))
            }
        }
    }
}

extension Repository {
    /// Removes what is kept of a content that no image has any more.
    func purge(_ digest: Digest, _ openFiles: OpenFiles) async throws {
        openFiles.forget(digest)
        try await cache.purge(digest)
    }
}
