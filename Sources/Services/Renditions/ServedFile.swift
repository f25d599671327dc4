internal import BlobStorage
public import Domain
internal import RenditionStorage
internal import Synchronization
public import SystemIO
public import Transformations

/// A file, open and ready to be sent.
public final class ServedFile: Sendable {
    public let file: FileDescriptor
    /// Of the content that this is, or was made from.
    public let digest: Digest
    public let format: ImageFormat
    /// In bytes.
    public let length: Int64
    public let modified: Timestamp
    /// Whether these are the bytes that were uploaded.
    public let isOriginal: Bool
    public let details: ServedDetails
    /// Tells this opening of the file, with all that is said of it here, from every other.
    public let opening: UInt64
    /// The whole file, where it is small enough to be kept in memory.
    public let bytes: [UInt8]?
    /// Changes with the bytes.
    public let validator: String
    /// How a rendition was made that was asked for by a transformation; nil for other files.
    public let plan: RenderPlan?
    /// Where such a rendition is kept.
    let key: RenditionKey?
    private let held: MemoryBudget

    private static let openings = Atomic<UInt64>(0)

    /// Files of at most so many bytes are sent from memory, with their head in one call; larger ones by the kernel.
    private static let maximumBytesInMemory: Int64 = 64 * 1024

    /// A kept file, by what the catalogue knows of it.
    convenience init(
        _ file: FileDescriptor, _ stored: StoredFile, _ details: ServedDetails, store: FileBlobStore, held: MemoryBudget
    ) async throws {
        try await self.init(
            file, digest: stored.digest, format: stored.format, length: stored.bytes, modified: stored.dateUploaded,
            isOriginal: stored.type == .original, details: details,
            validator: stored.validator, isSmall: stored.type == .thumbnail, plan: nil, key: nil, store: store,
            held: held)
    }

    /// A rendition that was made on request.
    convenience init(
        _ hit: RenditionCache.Hit, _ key: RenditionKey, _ plan: RenderPlan, _ details: ServedDetails,
        store: FileBlobStore, held: MemoryBudget
    ) async throws {
        try await self.init(
            hit.file, digest: key.digest, format: key.format, length: hit.bytes, modified: hit.made, isOriginal: false,
            details: details, validator: "\(key.digest.description.prefix(32))-\(key.recipe)", isSmall: true,
            plan: plan, key: key, store: store, held: held)
    }

    private init(
        _ file: FileDescriptor, digest: Digest, format: ImageFormat, length: Int64, modified: Timestamp,
        isOriginal: Bool, details: ServedDetails, validator: String, isSmall: Bool, plan: RenderPlan?,
        key: RenditionKey?, store: FileBlobStore, held: MemoryBudget
    ) async throws {
        (self.file, self.digest, self.format, self.length) = (file, digest, format, length)
        (self.modified, self.isOriginal, self.details) = (modified, isOriginal, details)
        (self.validator, self.plan, self.key) = (validator, plan, key)
        opening = Self.openings.wrappingAdd(1, ordering: .relaxed).newValue
        self.held = held
        guard isSmall, length <= Self.maximumBytesInMemory, held.take(length) else {
            bytes = nil
            return
        }
        do {
            bytes = try await store.read(file, at: 0, count: Int(length))
        } catch {
            held.giveBack(length)
            throw error
        }
    }

    deinit {
        if bytes != nil { held.giveBack(length) }
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

/// What of an image matters when one of its files is sent.
public struct ServedDetails: Sendable {
    public let owner: AccountID
    public let visibility: Visibility
    public let title: String
}
