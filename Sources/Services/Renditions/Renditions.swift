internal import BlobStorage
internal import CatalogStorage
public import Domain
internal import RenditionStorage
internal import Runtime
internal import SystemIO
internal import Telemetry
internal import Transformations

/// The files of images: opened where they are kept, made where they are not, and made once however many ask.
public final class Renditions: Sendable {
    struct OpenKey: Hashable {
        enum Wanted: Hashable {
            case kept(FileType)
            // Apart, so that keys of kept files, which are many and in a hurry, stay small.
            indirect case made(Transformation)
        }

        let id: ImageID
        let wanted: Wanted
    }

    let repository: Repository
    let flights = SingleFlight<Digest, Void>()
    let compressions = SingleFlight<CompressionKey, StoredFile>()
    /// One that nobody waits for any more makes way, unless it is under way.
    let renders = SingleFlight<RenditionKey, RenditionCache.Hit>(endsWhenAllLeave: true)
    let failures = FailedRenders()
    let admission: RenderAdmission
    let pyramids = PyramidRequests()
    /// Files that were asked for lately, kept open.
    let open: BoundedCache<OpenKey, ServedFile>
    /// Small ones among them are in memory: half a thousand of the size of a rendition for the web.
    let held = MemoryBudget(maximum: 32 << 20)

    /// - Parameter openFiles: how many files are kept open for those who ask again.
    public init(repository: Repository, openFiles: Int, admission: RenderAdmission) {
        self.repository = repository
        self.admission = admission
        open = BoundedCache(capacity: openFiles)
    }

    /// How many files are kept open.
    public var openFileCount: Int { open.count }

    /// A file of an image. A rendition that is not kept is made first.
    ///
    /// - Throws: `ServiceError` with `notFound`; `damaged` where the pixels cannot be decoded.
    public func file(_ id: ImageID, _ type: FileType, for viewer: Viewer) async throws -> ServedFile {
        let key = OpenKey(id: id, wanted: .kept(type))
        if let file = try opened(key, for: viewer) { return file }
        let generation = open.generation
        guard let file = try await load(id, type, for: viewer) else { throw ServiceError.noImage() }
        open.insert(file, for: key, since: generation)
        return file
    }

    /// A file that is open already.
    func opened(_ key: OpenKey, for viewer: Viewer) throws -> ServedFile? {
        guard let file = open[key] else { return nil }
        guard viewer.maySee(owner: file.details.owner, file.details.visibility) else { throw ServiceError.noImage() }
        return file
    }

    /// Removes a kept file of an image. It is missing then, until it is made again.
    ///
    /// - Throws: `notFound` where there is none; `conflict` where nothing would be left to show.
    public func remove(_ id: ImageID, _ type: FileType, for viewer: Viewer) async throws {
        guard let record = try await repository.catalog.image(id) else { throw ServiceError.noImage() }
        try viewer.requireChange(of: record)
        let digest = record.content.digest
        try await withoutCancellation { [self] in
            try await repository.locks.withLock(digest) {
                let files = try await repository.catalog.files(of: id)
                guard let file = files.first(where: { $0.type == type }) else {
                    throw ServiceError(.notFound, "The image has no \(type.rawValue) file.")
                }
                guard files.count > 1 else {
                    throw ServiceError(
                        .conflict,
                        "This is the only file that is left of the image: generate others first, or delete the image.")
                }
                try await repository.store.remove([file.key]) {
                    defer { forget(digest) }
                    if type == .original {
                        // Another account may have the same content: its original stays.
                        let unwanted = try await repository.catalog.giveUpOriginal(of: id, digest)
                        return ((), unwanted.map { [$0.key] } ?? [])
                    }
                    _ = try await repository.catalog.removeFile(of: digest, type)
                    return ((), [file.key])
                }
            }
        }
    }

    /// Files of this content may have changed or gone.
    func forget(_ digest: Digest) { open.remove { $1.digest == digest } }

    /// Images of this account may have gone to another one.
    func forget(ownedBy account: AccountID) { open.remove { $1.details.owner == account } }

    /// What is shown of this image may have changed.
    func forget(_ id: ImageID) { open.remove { key, _ in key.id == id } }

    /// A content is not there any more.
    func purge(_ digest: Digest) async throws {
        forget(digest)
        try await repository.cache.purge(digest)
    }

    private func load(_ id: ImageID, _ type: FileType, for viewer: Viewer) async throws -> ServedFile? {
        guard let servable = try await repository.catalog.servable(id, type),
            viewer.maySee(owner: servable.owner, servable.visibility)
        else { return nil }
        let details = ServedDetails(
            owner: servable.owner, visibility: servable.visibility, title: servable.title)
        if let stored = servable.file, let file = try await repository.store.open(stored.key) {
            return try await ServedFile(file, stored, details, store: repository.store, held: held)
        }
        switch type {
        case .original:
            throw ServiceError(.notFound, "The original file of this image is not kept any more.")
        case .fullSize, .thumbnail: try await make(of: servable.digest)
        case .compressed: _ = try await compress(servable.digest, as: nil)
        }
        guard let stored = try await repository.catalog.file(of: servable.digest, type),
            let file = try await repository.store.open(stored.key)
        else { return nil }
        return try await ServedFile(file, stored, details, store: repository.store, held: held)
    }
}
