internal import BlobStorage
internal import CatalogStorage
public import Domain

/// Puts other bytes under the id of an image; what it was becomes a version in the trash (`docs/decisions/0066`).
public struct OriginalReplacement: Sendable {
    private let repository: Repository
    private let publication: FilePublication
    private let openFiles: OpenFiles
    private let ingest: Ingest
    private let trash: Trash

    public init(
        repository: Repository, publication: FilePublication, openFiles: OpenFiles, ingest: Ingest, trash: Trash
    ) {
        (self.repository, self.publication, self.openFiles) = (repository, publication, openFiles)
        (self.ingest, self.trash) = (ingest, trash)
    }

    /// Begins to take in the bytes.
    ///
    /// - Throws: `notFound`; `forbidden` unless the viewer may change the image; what `condition` throws.
    public func receive(
        for id: ImageID, by viewer: Viewer, if condition: FileCondition?
    ) async throws -> IncomingUpload {
        _ = try await record(id, viewer)
        try condition?(try await repository.catalog.access(to: id, .original)?.file)
        return try await ingest.receive(for: viewer)
    }

    /// Replaces the original. If the bytes are those that the image has, they only bring its file back if that was lost or
    /// given up.
    ///
    /// - Parameter fileName: the name that the client gave to the file; nil to keep the former one.
    /// - Returns: the receipt of the image; a duplicate if the bytes are those that it had.
    /// - Throws: `conflict` if the owner has another image of these bytes; `quotaExceeded`; `storageFull`; as `receive`.
    public func replace(
        _ id: ImageID, by upload: InspectedUpload, fileName: String?, for viewer: Viewer,
        if condition: FileCondition?
    ) async throws -> Ingest.Receipt {
        let receipt = try await publication.withLock(upload.content.digest) {
            let record = try await record(id, viewer)
            try condition?(try await repository.catalog.access(to: id, .original)?.file)
            return record.content.digest == upload.content.digest
                ? try await restore(record, from: upload)
                : try await replace(record, by: upload, fileName, isConditional: condition != nil)
        }
        return try await ingest.namingJob(try await ingest.derive(receipt))
    }

    private func record(_ id: ImageID, _ viewer: Viewer) async throws -> ImageRecord {
        guard let record = try await repository.catalog.image(id) else { throw ServiceError.noImage() }
        try viewer.requireChange(of: record)
        return record
    }

    private func restore(_ record: ImageRecord, from upload: InspectedUpload) async throws -> Ingest.Receipt {
        try await ingest.restoreOriginal(upload, of: record.id)
        return Ingest.Receipt(record: record, isDuplicate: true)
    }

    private func replace(
        _ record: ImageRecord, by upload: InspectedUpload, _ fileName: String?, isConditional: Bool
    ) async throws -> Ingest.Receipt {
        let staged = try await ingest.original(of: upload)
        let replacement = Replacement(
            content: upload.content, original: staged.file, sentName: fileName.flatMap { FileName($0).kept },
            date: .now)
        let receipt = try await publication.publish([staged], of: upload.content.digest) {
            try await put(replacement, in: record, isConditional: isConditional)
        }
        openFiles.forget(record.id)
        trash.wake()
        return receipt
    }

    /// - Parameter isConditional: whether only the content is replaced for which the condition was found to hold.
    private func put(
        _ replacement: Replacement, in image: ImageRecord, isConditional: Bool
    ) async throws -> Ingest.Receipt {
        let outcome = try await repository.catalog.replaceOriginal(
            of: image.id, with: isConditional ? image.content.digest : nil, by: replacement,
            keepsVersion: trash.days > 0,
            queueDerive: ingest.derivationTime == .later)
        switch outcome {
        case .replaced(let changed, let job): return Ingest.Receipt(record: changed, isDuplicate: false, job: job)
        case .same: return Ingest.Receipt(record: image, isDuplicate: true)
        case .notFound where isConditional:
            throw ServiceError(
                .stale, "The original was replaced, or the image deleted, at the same time: read it again, and repeat.")
        case .notFound: throw ServiceError.noImage()
        case .duplicate(let other):
            throw ServiceError(
                .conflict,
                "The account has these bytes as the image \(other) already. An account whose 'duplicates' are 'keep' can have them twice."
            )
        }
    }
}
