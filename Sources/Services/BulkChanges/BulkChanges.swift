internal import CatalogStorage
public import Domain

/// Changes of many images by one request, made by a job.
public struct BulkChanges: Sendable {
    /// The most images that one request changes.
    public static let maximumImages = 100_000
    private static let pageLength = 1000

    /// The images of a bulk change.
    public enum Selection: Sendable {
        case images([ImageID])
        /// Those of the viewer's own that match, at the time of the request.
        case search(SearchCriteria)
        /// Those of a selection of the viewer that it sees, at the time of the request.
        case selection(SelectionID)
    }

    let repository: Repository
    let publication: FilePublication
    let openFiles: OpenFiles
    let jobs: Jobs
    let trash: Trash
    let albums: Albums

    public init(
        repository: Repository, publication: FilePublication, openFiles: OpenFiles, jobs: Jobs, trash: Trash,
        albums: Albums
    ) {
        (self.repository, self.publication, self.openFiles) = (repository, publication, openFiles)
        (self.jobs, self.trash, self.albums) = (jobs, trash, albums)
    }

    /// Asks for a change of many images. Each is changed if the viewer may do so at that time.
    ///
    /// - Parameter edit: what is done to each. A move into the trash is a deletion if there is no trash.
    /// - Returns: the job.
    /// - Throws: `invalid` if a bound is exceeded, or there are too many images; `notFound` or `forbidden` if the viewer may
    ///   not add images to one of the albums, and `showsPrivateImages` as `Albums.add`; `tooManyBulkChanges`.
    public func request(_ edit: ImageEdit, of selection: Selection, for viewer: Viewer) async throws -> Job {
        var edit = try edit.validated()
        if edit.move == .toTrash, trash.days == 0 { edit.move = .deleted }
        let images = try await images(of: selection, for: viewer)
        try await requireAlbums(of: edit, with: images, for: viewer)
        return try await queue(edit, of: images, for: viewer)
    }

    /// Asks that the trashed images of a selection be restored, as far as the viewer may.
    ///
    /// - Returns: the job.
    /// - Throws: `notFound` without such a selection; `tooManyBulkChanges`.
    public func restore(_ selection: SelectionID, for viewer: Viewer) async throws -> Job {
        let images = try await repository.catalog.trashedImages(selectedBy: selection, for: viewer)
        return try await queue(ImageEdit(move: .fromTrash), of: images, for: viewer)
    }

    private func queue(_ edit: ImageEdit, of images: [ImageID], for viewer: Viewer) async throws -> Job {
        let change = BulkChange(owner: try viewer.owner(), coversAllAccounts: viewer.isAdmin, edit: edit)
        let job = try await repository.catalog.addBulkChange(change, of: images)
        jobs.wake()
        return job
    }

    private func images(of selection: Selection, for viewer: Viewer) async throws -> [ImageID] {
        switch selection {
        case .images(let ids):
            guard ids.count <= Self.maximumImages else {
                throw ServiceError(
                    .invalid, field: "ids", "One request may name at most \(Self.maximumImages) images: send several.")
            }
            var seen: Set<ImageID> = []
            return ids.filter { seen.insert($0).inserted }
        case .search(let search):
            var criteria = try await repository.catalog.resolve(search, for: viewer).criteria
            let audience = Audience.owner(try viewer.owner())
            criteria.limit = Self.pageLength
            var ids: [ImageID] = []
            repeat {
                let page = try await repository.catalog.ids(matching: criteria, visibleTo: audience)
                ids += page.elements
                criteria.cursor = page.next
                guard ids.count <= Self.maximumImages else {
                    throw ServiceError(
                        .invalid, field: "search",
                        "The search finds more than \(Self.maximumImages) images: narrow it, such as by dates.")
                }
            } while criteria.cursor != nil
            return ids
        case .selection(let id): return try await repository.catalog.images(selectedBy: id, for: viewer)
        }
    }

    /// The images that a bulk change could not change, and why.
    public func failures(
        of id: JobID, after cursor: Cursor?, limit: Int, for viewer: Viewer
    ) async throws -> Page<BulkChange.Failure> {
        _ = try await bulkJob(id, for: viewer)
        return try await repository.catalog.bulkFailures(of: id, after: cursor, limit: limit)
    }

    /// Asks that the effects of a bulk change be taken back, within a day of its end. Details that somebody has changed
    /// since stay as they are.
    ///
    /// - Returns: the job.
    /// - Throws: `conflict` if it has not ended, cannot be taken back, or has been already.
    public func undo(_ id: JobID, for viewer: Viewer) async throws -> Job {
        _ = try await bulkJob(id, for: viewer)
        switch try await repository.catalog.undoBulkChange(id) {
        case .queued(let job):
            jobs.wake()
            return job
        case .notFound: throw Self.notUndoable
        case .unfinished: throw ServiceError(.conflict, "The job has not ended yet: wait until it has.")
        case .undone(let job): throw ServiceError(.conflict, "The job \(job) has taken this one back already.")
        case .expired: throw ServiceError(.conflict, "The job has ended more than a day ago.")
        case .tooLarge:
            throw ServiceError(.conflict, "The job has replaced more text than is kept, and cannot be taken back.")
        case .nothing: throw ServiceError(.conflict, "The job has changed nothing that could be taken back.")
        }
    }

    private func bulkJob(_ id: JobID, for viewer: Viewer) async throws -> Job {
        let job = try await jobs.job(id, for: viewer)
        guard job.kind == .change else { throw Self.notUndoable }
        return job
    }

    private static let notUndoable = ServiceError(
        .conflict, "Only jobs that change many images have failures of images, or can be taken back.")
}

extension ImageEdit {
    /// The edit as it is kept.
    fileprivate func validated() throws -> ImageEdit {
        var edit = self
        edit.changes = try changes.validated()
        edit.addedTags = try ImageDetails(tags: addedTags).validated().tags
        edit.removedTags = try ImageDetails(tags: removedTags).validated().tags
        if let tag = edit.addedTags.first(where: edit.removedTags.contains) {
            throw ServiceError(
                .invalid, field: "remove_tags", "The tag '\(tag)' cannot be added and removed at the same time.")
        }
        if case .some(.some) = edit.changes.externalID {
            throw ServiceError(
                .invalid, field: "external_id",
                "An external_id is of one image: change that one, or take ids away (null).")
        }
        try edit.validateAlbums()
        guard !edit.isEmpty else {
            throw ServiceError(
                .invalid,
                "There is nothing to change: give changes, add_tags, remove_tags, add_to_albums, remove_from_albums or trash."
            )
        }
        return edit
    }
}
