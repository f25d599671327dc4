internal import BlobStorage
public import Domain
internal import RenditionStorage
internal import Synchronization
public import SystemIO
public import Transformations

/// A file of an image, open and ready to be sent.
public final class OpenFile: Sendable {
    public let source: ByteSource
    public let access: FileAccess
    public let format: ImageFormat
    /// In bytes.
    public let length: Int64
    public let modified: Timestamp
    /// Whether these are the bytes that were uploaded.
    public let isOriginal: Bool
    /// Whether everybody may have the file, so that caches may give it to everybody.
    public let isPublic: Bool
    /// Unique to this opening of the file, and so to everything that is said of it here.
    public let opening: UInt64
    /// The whole file, if it is small enough to be kept in memory.
    public let bytes: [UInt8]?
    /// Changes with the bytes.
    public let validator: String
    /// How a requested rendition was made; nil for other files, and for compressed ones.
    public let plan: RenderPlan?
    /// The key of a requested rendition in the cache; nil for other files.
    let key: RenditionKey?
    private let memory: MemoryBudget

    private static let openings = Atomic<UInt64>(0)

    /// A file of at most this many bytes is sent from memory, in one call with its head. The kernel sends larger ones.
    private static let maximumBytesInMemory: Int64 = 64 * 1024

    /// A kept file.
    convenience init(
        _ source: ByteSource, _ stored: StoredFile, _ access: FileAccess, store: any BlobStore, memory: MemoryBudget
    ) async throws {
        try await self.init(
            source, access, format: stored.format, length: stored.bytes, modified: stored.dateUploaded,
            isOriginal: stored.type == .original, hasMetadata: stored.type == .original || stored.type == .compressed,
            validator: stored.validator, isSmall: stored.type == .thumbnail,
            plan: nil, key: nil, store: store, memory: memory)
    }

    /// The file of an item of a batch that has not become an image yet.
    ///
    /// - Parameter givesOriginal: whether others get it.
    convenience init(
        _ source: ByteSource, of item: WaitingItem, givesOriginal: Bool, store: any BlobStore
    ) async throws {
        let key = BlobKey(type: .original, digest: item.file.digest, taken: nil, format: item.file.format)
        let stored = StoredFile(
            digest: item.file.digest, type: .original, key: key, format: item.file.format, width: 0, height: 0,
            bytes: item.file.bytes, crc32: item.file.crc32, dateUploaded: item.dateCreated)
        let access = FileAccess(
            digest: item.file.digest, owner: item.owner, visibility: item.visibility, fileName: "", title: "",
            dateAdded: item.dateCreated, givesOriginal: givesOriginal)
        try await self.init(source, stored, access, store: store, memory: MemoryBudget(maximum: 0))
    }

    /// A rendition that was made on request. It counts as old as the image: when it was made would tell that somebody
    /// else has the same content.
    convenience init(
        _ hit: RenditionCache.Hit, _ key: RenditionKey, _ plan: RenderPlan?, _ access: FileAccess,
        store: any BlobStore, memory: MemoryBudget
    ) async throws {
        try await self.init(
            hit.source, access, format: key.format, length: hit.bytes, modified: access.dateAdded, isOriginal: false,
            hasMetadata: plan?.keepsMetadata ?? false, validator: "\(key.digest.description.prefix(32))-\(key.recipe)",
            isSmall: true, plan: plan, key: key,
            store: store, memory: memory)
    }

    private init(
        _ source: ByteSource, _ access: FileAccess, format: ImageFormat, length: Int64, modified: Timestamp,
        isOriginal: Bool, hasMetadata: Bool, validator: String, isSmall: Bool, plan: RenderPlan?, key: RenditionKey?,
        store: any BlobStore, memory: MemoryBudget
    ) async throws {
        (self.source, self.access, self.format, self.length) = (source, access, format, length)
        (self.modified, self.isOriginal, self.validator) = (modified, isOriginal, validator)
        isPublic = access.visibility == .public && (!hasMetadata || access.givesOriginal)
        (self.plan, self.key, self.memory) = (plan, key, memory)
        opening = Self.openings.wrappingAdd(1, ordering: .relaxed).newValue
        guard isSmall, length <= Self.maximumBytesInMemory, memory.reserve(length) else {
            bytes = nil
            return
        }
        do {
            bytes = try await store.read(source, at: 0, count: Int(length))
        } catch {
            memory.release(length)
            throw error
        }
    }

    deinit {
        if bytes != nil { memory.release(length) }
    }
}

extension OpenFile {
    /// Whether a viewer gets the file under the name that its owner gets.
    public func hasUsualName(for viewer: Viewer) -> Bool {
        access.visibility == .public || isOriginal || viewer.isInCharge(of: access.owner)
    }

    /// What the file is called when it is saved, without an ending. Everybody who sees a public image gets the same name,
    /// because caches give everybody the same answer: its title, unless its owner gives the original. An album shows the
    /// title of a private image, too.
    public func name(for viewer: Viewer) -> String {
        let givesFileName =
            access.visibility == .public ? access.givesOriginal : isOriginal || viewer.isInCharge(of: access.owner)
        return givesFileName ? access.fileName : access.title
    }
}

extension StoredFile {
    /// Tells the bytes of this file from those of every other one: what its entity tag is made of.
    public var validator: String {
        let digest = digest.description
        return type == .original
            ? digest : "\(digest.prefix(32))-\(type.rawValue)-\(String(crc32, radix: 16))"
    }
}
