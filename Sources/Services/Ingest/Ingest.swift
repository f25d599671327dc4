internal import BlobStorage
internal import CatalogStorage
public import Domain
internal import Imaging
internal import Runtime
internal import SystemIO
internal import Telemetry

/// Takes images in: receive, identify, inspect, deduplicate, keep, record.
///
/// The first three happen while or right after the bytes come, in a `IncomingUpload`; the last three in `keep`, which returns
/// when the bytes and the record are on stable storage.
public struct Ingest: Sendable {
    /// When the kept renditions of a new image are made.
    public enum DerivationTime: String, Sendable, CaseIterable {
        /// Before the upload is answered.
        case now
        /// By a job.
        case later
        /// When somebody asks for them.
        case never
    }

    let repository: Repository
    let renditions: Renditions
    let jobs: Jobs
    let derivation: DerivationTime
    /// Bytes of one image.
    let maximumBytes: Int64
    /// Whence clients may have files taken in; nil for nowhere.
    let imports: ImportFolder?

    public init(
        repository: Repository, renditions: Renditions, jobs: Jobs, derivation: DerivationTime, maximumBytes: Int64,
        imports: ImportFolder? = nil
    ) {
        (self.repository, self.renditions, self.jobs) = (repository, renditions, jobs)
        (self.derivation, self.maximumBytes, self.imports) = (derivation, maximumBytes, imports)
    }

    /// Begins to take an image in.
    ///
    /// - Parameter bytes: how many are announced, where that is known: more than the account may ever have are refused at
    ///   once. Less than that may be a duplicate, which costs nothing.
    /// - Throws: `unauthenticated` for a stranger; `quotaExceeded`.
    public func receive(for viewer: Viewer, announced bytes: Int64? = nil) async throws -> IncomingUpload {
        let owner = try viewer.owner()
        if let bytes, let account = try await repository.catalog.account(owner), let left = account.bytesLeft,
            let quota = account.quotaBytes, bytes > quota
        {
            throw CatalogError(.quotaExceeded(bytesLeft: left), "the account has reached its quota")
        }
        return IncomingUpload(
            blob: try await repository.store.stage(), imaging: repository.imaging, maximumBytes: maximumBytes)
    }

    /// What an upload led to.
    public struct Receipt: Sendable {
        public let record: ImageRecord
        /// The owner has had this content before; nothing was added.
        public let isDuplicate: Bool
    }

    /// The owner's image of this content with its original, for a client that asks before it sends.
    public func alreadyKept(_ digest: Digest, of viewer: Viewer) async throws -> Receipt? {
        guard let receipt = try await existing(digest, of: viewer),
            try await repository.catalog.servable(receipt.record.id, .original)?.file != nil
        else { return nil }
        return receipt
    }

    private func existing(_ digest: Digest, of viewer: Viewer) async throws -> Receipt? {
        guard let record = try await repository.catalog.ownImage(of: try viewer.owner(), digest: digest) else {
            return nil
        }
        return Receipt(record: record, isDuplicate: true)
    }

    /// Keeps and records an inspected upload.
    public func keep(_ upload: InspectedUpload, details: ImageDetails, for viewer: Viewer) async throws -> Receipt {
        let receipt = try await withoutCancellation {
            try await repository.locks.withLock(upload.content.digest) {
                if let existing = try await existing(upload.content.digest, of: viewer) {
                    try await restoreOriginal(upload, of: existing.record.id)
                    return existing
                }
                let original = try await keepOriginal(upload)
                return try await add(upload, original: original, details: details, for: viewer)
            }
        }
        return try await derive(receipt)
    }

    /// An image whose original was removed or lost has it again, now that somebody brings it.
    private func restoreOriginal(_ upload: InspectedUpload, of image: ImageID) async throws {
        let digest = upload.content.digest
        try await regainOriginal(of: image)
        if let file = try await repository.catalog.file(of: digest, .original),
            try await repository.store.size(of: file.key) == file.bytes
        {
            return
        }
        let original = try await keepOriginal(upload)
        _ = try await repository.catalog.addFiles([original.file])
        try await repository.store.settle(upload.blob)
        renditions.forget(digest)
    }

    private func regainOriginal(of image: ImageID) async throws {
        guard try await repository.catalog.servable(image, .original)?.file == nil else { return }
        try await repository.catalog.regainOriginal(of: image)
        renditions.forget(image)
    }

    /// Publishes the bytes, unless the same content is kept already.
    private func keepOriginal(_ upload: InspectedUpload) async throws -> KeptOriginal {
        if let file = try await repository.catalog.file(of: upload.content.digest, .original) {
            // Published again: should the file have been lost, this upload brings it back.
            _ = try await repository.store.publish(upload.blob, as: file.key)
            return KeptOriginal(file: file, isNew: false)
        }
        let content = upload.content
        let key = BlobKey(
            type: .original, digest: content.digest, taken: content.metadata.taken?.local, format: content.format)
        let isNew = try await repository.store.publish(upload.blob, as: key)
        let size = content.uprightSize
        let file = StoredFile(
            digest: content.digest, type: .original, key: key, format: content.format, width: size.width,
            height: size.height, bytes: upload.summary.bytes, crc32: upload.summary.crc32, dateUploaded: .now)
        return KeptOriginal(file: file, isNew: isNew)
    }

    private struct KeptOriginal {
        let file: StoredFile
        let isNew: Bool
    }

    private func add(
        _ upload: InspectedUpload, original: KeptOriginal, details: ImageDetails, for viewer: Viewer
    ) async throws -> Receipt {
        let submission = Submission(
            id: ImageID(), owner: try viewer.owner(), details: details, content: upload.content,
            original: original.file,
            dateAdded: .now)
        do {
            let outcome = try await repository.catalog.addImage(submission, queueDerive: derivation == .later)
            try await repository.store.settle(upload.blob)
            switch outcome {
            case .added(let record): return Receipt(record: record, isDuplicate: false)
            case .duplicate(let record): return Receipt(record: record, isDuplicate: true)
            }
        } catch {
            if original.isNew, try await repository.catalog.file(of: upload.content.digest, .original) == nil {
                try await repository.store.remove(original.file.key)
            }
            throw error
        }
    }

    private func derive(_ receipt: Receipt) async throws -> Receipt {
        guard !receipt.isDuplicate else { return receipt }
        repository.metrics.uploads.increment()
        switch derivation {
        case .never: return receipt
        case .later:
            jobs.wake()
            return receipt
        case .now:
            // An image whose pixels cannot be decoded is kept nonetheless, and its record says so.
            if !(await renditions.tryToMake(of: receipt.record.content.digest)) { jobs.wake() }
            let record = try await repository.catalog.image(receipt.record.id)
            return Receipt(record: record ?? receipt.record, isDuplicate: false)
        }
    }
}
