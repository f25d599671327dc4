internal import BlobStorage
internal import Domain
internal import RenditionStorage
internal import Runtime
internal import SystemIO
internal import Transformations

/// Files that were asked for recently, kept open for those who ask again.
public final class OpenFiles: Sendable {
    /// A file that can be asked for.
    struct Key: Hashable {
        enum Content: Hashable {
            case kept(FileType)
            // Indirect, so that keys of kept files, which are many and looked up often, stay small.
            indirect case requested(Transformation)
        }

        let id: ImageID
        let content: Content

        static func kept(_ id: ImageID, _ type: FileType) -> Key { Key(id: id, content: .kept(type)) }

        static func requested(_ id: ImageID, _ transformation: Transformation) -> Key {
            Key(id: id, content: .requested(transformation))
        }
    }

    private let store: any BlobStore
    private let files: BoundedCache<Key, OpenFile>
    /// For the contents of small files: about five hundred renditions of the usual size.
    private let memory = MemoryBudget(maximum: 32 << 20)

    /// - Parameter capacity: how many files are kept open.
    public init(repository: Repository, capacity: Int) {
        store = repository.store
        files = BoundedCache(capacity: capacity)
    }

    /// How many files are kept open.
    public var count: Int { files.count }

    /// The file if it is open; nil if it is not.
    ///
    /// - Throws: `notFound` if it may not be seen.
    func find(_ key: Key, for permission: FilePermission) throws -> OpenFile? {
        guard let file = files[key] else { return nil }
        try permission.require(file.access)
        return file
    }

    /// Opens a file with `open`, and keeps it open unless something that concerns it has changed meanwhile.
    func open(_ key: Key, _ open: (OpenFiles) async throws -> OpenFile) async throws -> OpenFile {
        let generation = files.generation
        let file = try await open(self)
        files.insert(file, for: key, since: generation)
        return file
    }

    /// A kept file; nil if the store does not have it.
    func openKept(_ stored: StoredFile, _ access: FileAccess) async throws -> OpenFile? {
        guard let source = try await store.open(stored.key) else { return nil }
        return try await OpenFile(source, stored, access, store: store, memory: memory)
    }

    /// A rendition that was made on request.
    func openRequested(
        _ hit: RenditionCache.Hit, _ key: RenditionKey, _ plan: RenderPlan, _ access: FileAccess
    ) async throws -> OpenFile {
        try await OpenFile(hit, key, plan, access, store: store, memory: memory)
    }

    /// Files of a content may have changed or been removed.
    func forget(_ digest: Digest) { files.remove { $1.access.digest == digest } }

    /// What is shown of an image may have changed.
    func forget(_ id: ImageID) { files.remove { key, _ in key.id == id } }

    /// Images of an account may belong to another one now.
    func forget(ownedBy account: AccountID) { files.remove { $1.access.owner == account } }
}
