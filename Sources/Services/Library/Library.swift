internal import BlobStorage
public import CatalogStorage
public import Domain

/// The records of images: read, found, changed and removed.
public struct Library: Sendable {
    /// How often a patch is merged anew because somebody else has changed the image.
    private static let mergeAttempts = 5

    let repository: Repository
    let publication: FilePublication
    let openFiles: OpenFiles
    let trash: Trash
    let jobs: Jobs

    public init(
        repository: Repository, publication: FilePublication, openFiles: OpenFiles, trash: Trash, jobs: Jobs
    ) {
        (self.repository, self.publication, self.openFiles) = (repository, publication, openFiles)
        (self.trash, self.jobs) = (trash, jobs)
    }

    /// One image's record.
    public func record(_ id: ImageID, for viewer: Viewer) async throws -> ImageRecord {
        let catalog = repository.catalog
        guard let record = try await catalog.image(id),
            try await catalog.grant(of: id, owner: record.owner, record.details.visibility, to: viewer) != nil
        else { throw ServiceError.noImage() }
        return record
    }

    /// The viewer's own image that has an external id.
    ///
    /// - Throws: `notFound`; `unauthenticated` for a stranger.
    public func image(withExternalID id: String, for viewer: Viewer) async throws -> ImageID {
        guard let image = try await repository.catalog.image(withExternalID: id, of: try viewer.owner()) else {
            throw ServiceError(.notFound, "The account has no image with this external_id.")
        }
        return image
    }

    /// What a viewer gets of an image that it may see.
    public func disclosure(of record: ImageRecord, to viewer: Viewer) -> Disclosure {
        Disclosure(of: record, to: viewer, repository.catalog.publicDefaults)
    }

    /// Checks that a viewer may give an address of an image to others: an account that may have the file itself.
    ///
    /// - Parameter original: whether the address gives the original, or metadata of it.
    /// - Throws: `unauthenticated` for a stranger, who would only get around what a server asks signatures for;
    ///   `notFound`; `forbidden`.
    public func requirePermission(toSign id: ImageID, original: Bool, for viewer: Viewer) async throws {
        _ = try viewer.owner()
        let record = try await record(id, for: viewer)
        guard viewer.maySee(owner: record.owner, record.details.visibility) else {
            throw ServiceError(.forbidden, "An album shows you this image: only its owner can give it to others.")
        }
        guard !original || disclosure(of: record, to: viewer).original else { throw ServiceError.hiddenOriginal }
    }

    /// The images that match, a page at a time.
    public func images(matching criteria: SearchCriteria, for viewer: Viewer) async throws -> Page<ImageRecord> {
        let (criteria, audience) = try await repository.catalog.resolve(criteria, for: viewer)
        return try await repository.catalog.images(matching: criteria, visibleTo: audience)
    }

    /// The images of one account, as far as the viewer may see them, a page at a time.
    public func collection(
        of owner: Account, matching criteria: SearchCriteria, for viewer: Viewer
    ) async throws -> Page<ImageRecord> {
        if viewer.account == owner.id || viewer.isAdmin {
            return try await repository.catalog.images(matching: criteria, visibleTo: .owner(owner.id))
        }
        var criteria = criteria
        criteria.terms += [
            SearchTerm(.owner(handle: owner.handle.description)), SearchTerm(.visibility(.public)),
        ]
        return try await repository.catalog.images(matching: criteria, visibleTo: .everyone)
    }

    /// Only the ids of the images that match.
    public func ids(matching criteria: SearchCriteria, for viewer: Viewer) async throws -> Page<ImageID> {
        let (criteria, audience) = try await repository.catalog.resolve(criteria, for: viewer)
        return try await repository.catalog.ids(matching: criteria, visibleTo: audience)
    }

    /// All that is known of an image.
    public struct ImageMetadata: Sendable {
        public let record: ImageRecord
        /// The metadata of the file, with all of its Exif.
        public let photo: PhotoMetadata
        public let files: [StoredFile]
        /// Other images with the same bytes, as far as the viewer may see them.
        public let duplicates: [ImageID]
        public let disclosure: Disclosure
    }

    public func metadata(_ id: ImageID, for viewer: Viewer) async throws -> ImageMetadata {
        let record = try await record(id, for: viewer)
        async let content = repository.catalog.content(record.content.digest)
        async let files = repository.catalog.files(of: id)
        async let others = repository.catalog.otherImages(
            of: record.content.digest, than: id, visibleTo: viewer.reach)
        return try await ImageMetadata(
            record: record, photo: content?.metadata ?? record.content.metadata, files: files,
            duplicates: others.map(\.id), disclosure: disclosure(of: record, to: viewer))
    }

    /// Changes what people say of an image, such as its title, its tags and who may see it.
    ///
    /// - Parameter version: the version that the change was made against; nil for any.
    /// - Returns: the image, and the changes that take this one back.
    /// - Throws: `stale` if the image has another version; `invalid` if a bound is exceeded.
    public func update(
        _ id: ImageID, _ changes: ImageChanges, version: Int64?, for viewer: Viewer
    ) async throws -> (record: ImageRecord, former: ImageChanges) {
        // A patch is merged with the version that was read: if there is another one meanwhile, it is merged anew.
        for _ in 0..<Self.mergeAttempts {
            let record = try await record(id, for: viewer)
            try viewer.requireChange(of: record)
            let expected = version ?? (changes.dependsOnRecord ? record.version : nil)
            let outcome = try await repository.catalog.updateImage(
                id, try changes.merged(with: record.details, sentName: record.sentName).validated(),
                expectedVersion: expected)
            openFiles.forget(id)
            switch outcome {
            case .updated(let record, let former):
                if former.rotation != record.details.rotation { jobs.wake() }
                return (record, former.differences(from: record.details))
            case .notFound: throw ServiceError.noImage()
            case .conflict where version == nil: continue
            case .conflict: throw Self.stale
            }
        }
        throw Self.contended
    }

    /// Moves an image into the trash; or deletes it, and its content with the last image that has it.
    ///
    /// - Parameters:
    ///   - version: the version that the request names; nil for any.
    ///   - isPermanent: whether it is deleted although there is a trash.
    public func delete(
        _ id: ImageID, version: Int64?, isPermanent: Bool = false, for viewer: Viewer
    ) async throws {
        // Its original may be replaced meanwhile, and then it is the image with the new one that is deleted.
        for _ in 0..<Self.mergeAttempts {
            let record = try await record(id, for: viewer)
            try viewer.requireChange(of: record)
            let isDone =
                isPermanent || trash.days == 0
                ? try await deleteForGood(id, record.content.digest, version)
                : try await moveToTrash(id, record.content.digest, version)
            if isDone { return }
            if version != nil { throw Self.stale }
        }
        throw Self.contended
    }

    /// - Returns: false if the image has another version.
    private func moveToTrash(_ id: ImageID, _ digest: Digest, _ version: Int64?) async throws -> Bool {
        try await publication.withLock(digest) {
            switch try await repository.catalog.trashImage(id, expectedVersion: version) {
            case .notFound: throw ServiceError.noImage()
            case .conflict: return false
            case .trashed, .deleted:
                openFiles.forget(id)
                return true
            }
        }
    }

    /// - Returns: false if the image has another version, or another content.
    private func deleteForGood(_ id: ImageID, _ digest: Digest, _ version: Int64?) async throws -> Bool {
        let isDone = try await publication.withLock(digest) {
            let keys = try await repository.catalog.files(of: digest).map(\.key)
            return try await repository.store.remove(keys) {
                switch try await repository.catalog.deleteImage(id, with: digest, expectedVersion: version) {
                case .notFound: throw ServiceError.noImage()
                case .conflict: return (false, [])
                case .trashed:
                    openFiles.forget(id)
                    return (true, [])
                case .deleted(let files, let isContentGone):
                    openFiles.forget(id)
                    if isContentGone { try await repository.purge(digest, openFiles) }
                    return (true, files.map(\.key))
                }
            }
        }
        // Its versions are deleted with it.
        if isDone { trash.wake() }
        return isDone
    }

    /// Whether public images whose originals everybody could have are hidden, since an update a month ago at most.
    public func hasHiddenOriginalsSinceUpdate() async throws -> Bool {
        guard !repository.catalog.publicDefaults.originals else { return false }
        return try await repository.catalog.hasPublicImagesFromBeforePublicParts(
            appliedAfter: Timestamp.now.advanced(bySeconds: -30 * 86_400))
    }

    /// How many images there are; nil if the catalogue cannot be read.
    public func imageCount() async -> Int64? { try? await statistics().images.count }

    /// How many images, files and jobs there are.
    public func statistics() async throws -> CatalogStatistics { try await repository.catalog.statistics() }

    private static let contended = ServiceError(
        .overloaded, "Others change this image at the same time: try again.")

    private static let stale = ServiceError(
        .stale, "The image has been changed since you read it: read it again, and repeat your change.")
}

extension ImageChanges {
    /// The changes as they are kept.
    func validated() throws -> ImageChanges {
        let rules = try applied(to: ImageDetails()).validated()
        var changes = self
        if title != nil { changes.title = rules.title }
        if tags != nil { changes.tags = rules.tags }
        if creator != nil { changes.creator = .some(rules.creator) }
        if rights != nil { changes.rights = .some(rules.rights) }
        if fileName != nil { changes.fileName = .some(rules.fileName) }
        return changes
    }
}

extension Library {
    /// The viewer's images of some contents, if their originals are kept: a client need not send those again.
    public func ownImages(of digests: [Digest], for viewer: Viewer) async throws -> [Digest: ImageID] {
        try await repository.catalog.images(of: try viewer.owner(), digests: digests)
    }
}
