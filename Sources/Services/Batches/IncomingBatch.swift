internal import BlobStorage
internal import CatalogStorage
public import Domain

/// A batch that is being sent: each file is hashed and set aside as it arrives. An item that cannot become an image is
/// refused, the others are not affected; if the batch is not finished, nothing of it is kept.
public final class IncomingBatch {
    /// How many items a batch may have.
    public static let maximumItems = 10_000
    private static let longestTimestamp = 100

    private enum Current {
        case none
        /// The item has no file yet.
        case begun
        case receiving(IncomingUpload)
        case refused(String)
    }

    private let ingest: Ingest
    private let viewer: Viewer
    private let owner: AccountID
    private let store: any BlobStore
    private let visibility: Visibility
    private let tags: [String]
    /// Bytes that the account may have in all; nil for no limit.
    private let quotaBytes: Int64?
    private var bytes: Int64 = 0
    private var current = Current.none
    private var items: [NewBatch.Item] = []
    private var files: [WaitingFile] = []

    init(
        ingest: Ingest, viewer: Viewer, store: any BlobStore, quotaBytes: Int64?, visibility: Visibility, tags: [String]
    ) throws {
        (self.ingest, self.viewer, self.store, self.quotaBytes) = (ingest, viewer, store, quotaBytes)
        (self.visibility, self.tags) = (visibility, tags)
        owner = try viewer.owner()
    }

    /// How many items have ended.
    public var count: Int { items.count }

    /// An item begins.
    ///
    /// - Throws: `tooLarge` if the batch has too many.
    public func begin() throws {
        guard items.count < Self.maximumItems else {
            throw ServiceError(
                .tooLarge, "A batch may have at most \(Self.maximumItems) items: send several batches.")
        }
        current = .begun
    }

    /// Takes the next bytes of the item's file; an empty piece stands for an empty file.
    ///
    /// - Throws: an error of the server, such as `storageFull`, or `unauthenticated`.
    public func append(_ piece: [UInt8]) async throws {
        do {
            if case .begun = current { current = .receiving(try await ingest.receive(for: viewer)) }
            guard case .receiving(let incoming) = current else { return }
            bytes += Int64(piece.count)
            if let quotaBytes, bytes > quotaBytes {
                return refuse("The account's quota of \(quotaBytes) bytes is smaller than this batch.")
            }
            try await incoming.append(piece)
        } catch {
            try refuse(error)
        }
    }

    /// Refuses the item: what follows of its file is skipped.
    public func refuse(_ reason: String) {
        if case .refused = current { return }
        current = .refused(reason)
    }

    /// The item ends.
    ///
    /// - Parameters:
    ///   - timestamp: when it was taken, as its sender has put it.
    ///   - attributes: what else its sender has said of it.
    /// - Throws: as `append` does.
    public func end(timestamp: String?, attributes: [String: JSONValue]) async throws {
        var file: ReceivedFile?
        var described = (timestamp: timestamp, attributes: attributes)
        do {
            if let timestamp { try Self.check(timestamp) }
            let details = ImageDetails(tags: tags, attributes: attributes, visibility: visibility)
            do { _ = try details.validated() } catch {
                // What exceeds a bound is not kept.
                described.attributes = [:]
                throw error
            }
            if case .receiving(let incoming) = current { file = try await setAside(incoming) }
            if case .begun = current { refuse("The item has no 'file': the bytes of an image in base64.") }
        } catch {
            try refuse(error)
            if (timestamp?.count ?? 0) > Self.longestTimestamp { described.timestamp = nil }
        }
        var refusal: String?
        if case .refused(let reason) = current { refusal = reason }
        items.append(
            NewBatch.Item(
                timestamp: described.timestamp, attributes: described.attributes, file: refusal == nil ? file : nil,
                refusal: refusal))
        current = .none
    }

    /// All items have arrived: they are on stable storage, and acknowledged, when this returns.
    ///
    /// - Parameter key: the key with which the request was claimed.
    func finish(answering key: IdempotencyKey?) async throws -> (batch: BatchID, items: [BatchItem]) {
        guard !items.isEmpty else {
            throw ServiceError(.invalid, "The batch is empty: send at least one item.")
        }
        try await store.waiting.synchronize(files)
        let batch = NewBatch(
            owner: owner, token: viewer.token, visibility: visibility, tags: tags, items: items)
        let (acknowledged, refused) = try await ingest.repository.catalog.addBatch(batch, answering: key)
        let dropped = Set(refused)
        for file in files where !dropped.contains(file.name) { file.keep() }
        return (batch.id, acknowledged)
    }

    private func setAside(_ incoming: IncomingUpload) async throws -> ReceivedFile {
        let received = try incoming.received()
        let waiting = try await store.waiting.add(received.blob)
        files.append(waiting)
        return ReceivedFile(
            name: waiting.name, digest: received.summary.digest, format: received.format,
            bytes: received.summary.bytes, crc32: received.summary.crc32)
    }

    /// A problem of one item does not affect the others; a failure of the server does.
    private func refuse(_ error: any Error) throws {
        guard let explained = ServiceError(explaining: error) else { throw error }
        switch explained.code {
        case .overloaded, .storageFull, .unauthenticated: throw error
        default: refuse(explained.message)
        }
    }

    private static func check(_ timestamp: String) throws {
        guard TakenDate(timestamp, source: .timestamp) != nil else {
            throw ServiceError(
                .invalid,
                "The 'timestamp' must be a date and a time such as 2021-05-31T10:00:00 or 2021-05-31T10:00:00+02:00.")
        }
    }
}
