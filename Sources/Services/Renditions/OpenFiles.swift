internal import BlobStorage
internal import CatalogStorage
internal import Domain
internal import RenditionStorage
internal import Runtime
internal import SystemIO
internal import Transformations

/// Files that were asked for recently, kept open for those who ask again.
///
/// What decides who may see a file is read again if the catalogue has changed since: another process may have changed it.
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

        /// What the file shows of the image.
        var use: FileUse {
            switch content {
            case .kept(let type): type == .original ? .original : .rendition
            case .requested(let transformation): transformation.keepsMetadata ? .original : .rendition
            }
        }

        static func kept(_ id: ImageID, _ type: FileType) -> Key { Key(id: id, content: .kept(type)) }

        static func requested(_ id: ImageID, _ transformation: Transformation) -> Key {
            Key(id: id, content: .requested(transformation))
        }
    }

    private struct Entry {
        let file: OpenFile
        /// The catalogue's version before the rights to the file were read.
        let version: CatalogVersion
    }

    private let catalog: Catalog
    private let store: any BlobStore
    private let files: BoundedCache<Key, Entry>
    /// For the contents of small files: about five hundred renditions of the usual size.
    private let memory = MemoryBudget(maximum: 32 << 20)

    /// - Parameter capacity: how many files are kept open.
    public init(repository: Repository, capacity: Int) {
        (catalog, store) = (repository.catalog, repository.store)
        files = BoundedCache(capacity: capacity)
    }

    /// How many files are kept open.
    public var count: Int { files.count }

    /// The file if it is open, the catalogue has not changed since the rights to it were read, and it is evident that it
    /// may be seen; nil if not.
    ///
    /// - Throws: `DatabaseError`.
    func find(_ key: Key, for permission: FilePermission) throws -> OpenFile? {
        guard let entry = files[key], try catalog.version() == entry.version,
            permission.isEvident(key.use, entry.file.access)
        else { return nil }
        return entry.file
    }

    /// Opens a file with `open` unless it is open already and has not changed, and keeps it open unless something that
    /// concerns it has changed meanwhile.
    ///
    /// - Throws: as `FilePermission.require`; what `open` throws.
    func open(
        _ key: Key, for permission: FilePermission, _ open: (OpenFiles) async throws -> OpenFile
    ) async throws -> OpenFile {
        try await self.open(key, for: permission) { (try await open($0), isUsual: true) }
    }

    /// Does the same, but does not keep a file open if the next request for it may be answered with another one.
    func open(
        _ key: Key, for permission: FilePermission, _ open: (OpenFiles) async throws -> (OpenFile, isUsual: Bool)
    ) async throws -> OpenFile {
        let generation = files.generation
        let version = try catalog.version()
        let (file, isUsual): (OpenFile, Bool)
        if let unchanged = try await unchanged(key) {
            try await permission.require(key.use, of: key.id, unchanged.access, in: catalog)
            (file, isUsual) = (unchanged, true)
        } else {
            (file, isUsual) = try await open(self)
        }
        if isUsual { files.insert(Entry(file: file, version: version), for: key, since: generation) }
        return file
    }

    /// An open file that the catalogue still has as it was opened.
    private func unchanged(_ key: Key) async throws -> OpenFile? {
        guard let file = files[key]?.file else { return nil }
        let type: FileType = if case .kept(let type) = key.content { type } else { .original }
        guard let (access, stored) = try await catalog.access(to: key.id, type), access == file.access else {
            return nil
        }
        if case .kept = key.content, stored?.validator != file.validator { return nil }
        return file
    }

    /// A kept file; nil if the store does not have it.
    func openKept(_ stored: StoredFile, _ access: FileAccess) async throws -> OpenFile? {
        guard let source = try await store.open(stored.key) else { return nil }
        return try await OpenFile(source, stored, access, store: store, memory: memory)
    }

    /// A rendition that was made on request.
    func openRequested(
        _ hit: RenditionCache.Hit, _ key: RenditionKey, _ plan: RenderPlan?, _ access: FileAccess
    ) async throws -> OpenFile {
        try await OpenFile(hit, key, plan, access, store: store, memory: memory)
    }

    /// Files of a content may have changed or been removed.
    func forget(_ digest: Digest) { files.remove { $1.file.access.digest == digest } }

    /// What is shown of an image may have changed.
    func forget(_ id: ImageID) { files.remove { key, _ in key.id == id } }

    /// Images of an account may belong to another one now.
    func forget(ownedBy account: AccountID) { files.remove { $1.file.access.owner == account } }
}
