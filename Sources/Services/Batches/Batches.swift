internal import BlobStorage
internal import CatalogStorage
public import Domain

/// Batches of images from machines: received, followed, listed, and read back.
public struct Batches: Sendable {
    let repository: Repository
    let ingest: Ingest
    let jobs: Jobs
    let files: ImageFiles

    public init(repository: Repository, ingest: Ingest, jobs: Jobs, files: ImageFiles) {
        (self.repository, self.ingest, self.jobs, self.files) = (repository, ingest, jobs, files)
    }

    /// What a batch is acknowledged with.
    public struct Receipt: Sendable {
        public let batch: BatchID
        /// In their order; an item that has failed was refused.
        public let items: [BatchItem]
    }

    /// Begins to take a batch in.
    ///
    /// - Parameters:
    ///   - visibility: of all its images.
    ///   - tags: of all its images.
    /// - Throws: `unauthenticated` for a stranger.
    public func receive(visibility: Visibility, tags: [String], for viewer: Viewer) async throws -> IncomingBatch {
        let account = try await repository.catalog.account(try viewer.owner())
        return try IncomingBatch(
            ingest: ingest, viewer: viewer, store: repository.store, quotaBytes: account?.quotaBytes,
            visibility: visibility, tags: tags)
    }

    /// Acknowledges a batch that has arrived whole. Its items are on stable storage when this returns.
    ///
    /// - Throws: `invalid` if it has no item; `storageFull`.
    public func acknowledge(_ incoming: IncomingBatch, answering claim: RequestClaim? = nil) async throws -> Receipt {
        let (batch, items) = try await incoming.finish(answering: claim?.key)
        jobs.wake()
        return Receipt(batch: batch, items: items)
    }

    /// A batch that the viewer has sent.
    ///
    /// - Throws: `notFound`.
    public func batch(_ id: BatchID, for viewer: Viewer) async throws -> Batch {
        guard let batch = try await repository.catalog.batch(id), viewer.mayFollow(batch) else {
            throw ServiceError(.notFound, "There is no such batch.")
        }
        return batch
    }

    /// A page of the items of a batch, in their order.
    ///
    /// - Throws: `notFound`.
    public func items(
        of id: BatchID, after cursor: Cursor?, limit: Int, for viewer: Viewer
    ) async throws -> Page<BatchItem> {
        _ = try await batch(id, for: viewer)
        return try await repository.catalog.items(of: id, after: cursor, limit: limit)
    }

    /// A page of batches, newest first: of an admin all, of others their own.
    public func list(
        after cursor: Cursor?, skipping skipped: Int64 = 0, limit: Int, for viewer: Viewer
    ) async throws -> Page<Batch> {
        try await repository.catalog.batches(
            ownedBy: viewer.isAdmin ? nil : try viewer.owner(), after: cursor, skipping: skipped, limit: limit)
    }

    /// How many batches `list` shows in all.
    public func count(for viewer: Viewer) async throws -> Int64 {
        try await repository.catalog.batchCount(ownedBy: viewer.isAdmin ? nil : try viewer.owner())
    }

    /// Waits until some job has changed, or the time is over.
    public func waitForChange(after seen: UInt64, atMost seconds: Double) async {
        await jobs.waitForChange(after: seen, atMost: seconds)
    }

    /// Read it before a batch, and pass it to `waitForChange`.
    public var changeCount: UInt64 { jobs.changeCount }

    /// The bytes of an item as they were sent, from its acknowledgement on.
    ///
    /// - Throws: `notFound` for who may not see it; `gone` if the item has failed, with the reason.
    public func file(_ id: BatchItemID, for viewer: Viewer, client: RenderClient) async throws -> OpenFile {
        for _ in 0..<2 {
            switch try await repository.catalog.bytes(of: id) {
            case nil: throw Self.noFile
            case .refused(let owner, let visibility, let reason):
                guard viewer.maySee(owner: owner, visibility) else { throw Self.noFile }
                throw ServiceError(.gone, "The item has failed: \(reason ?? "its file was lost.")")
            case .image(let image):
                return try await files.file(image, .original, for: .viewer(viewer), client: client)
            case .waiting(let item):
                guard viewer.maySee(owner: item.owner, item.visibility) else { throw Self.noFile }
                guard repository.catalog.publicDefaults.originals || viewer.isInCharge(of: item.owner) else {
                    throw ServiceError.hiddenOriginal
                }
                if let file = try await open(item) { return file }
            // It has become an image in between.
            }
        }
        throw Self.noFile
    }

    private func open(_ item: WaitingItem) async throws -> OpenFile? {
        guard let source = try await repository.store.waiting.open(item.file.name) else { return nil }
        return try await OpenFile(
            source, of: item, givesOriginal: repository.catalog.publicDefaults.originals,
            store: repository.store)
    }

    private static let noFile = ServiceError(.notFound, "There is no such file.")
}

extension Viewer {
    /// Whether the viewer may see how far a batch is: its owner may, and a token that may only add images may for the
    /// batches that were sent with it.
    fileprivate func mayFollow(_ batch: Batch) -> Bool {
        guard mayRead else { return token != nil && token == batch.token }
        return batch.owner == account || isAdmin
    }
}
