internal import BlobStorage
internal import CatalogStorage
public import Domain
internal import Imaging
internal import SystemIO

extension Ingest {
    /// Begins to take in a compressed file of an image that was made elsewhere.
    ///
    /// - Throws: as `Viewer.requireChange`; what `condition` throws.
    public func receiveCompressed(
        of id: ImageID, for viewer: Viewer, if condition: FileCondition
    ) async throws -> IncomingUpload {
        let record = try await record(of: id)
        try viewer.requireChange(of: record)
        try condition(try await repository.catalog.access(to: id, .compressed)?.file)
        return try await receive(for: viewer)
    }

    /// Keeps the file, in place of an earlier one, if it shows the same picture in fewer bytes or is
    /// the original itself.
    ///
    /// - Returns: what is kept, and whether there was no compressed file before.
    /// - Throws: `conflict` if it is not a valid compressed file, or there is no original to compare it with;
    ///   what `condition` throws.
    public func keepCompressed(
        _ upload: InspectedUpload, of id: ImageID, for viewer: Viewer, if condition: @escaping FileCondition
    ) async throws -> (receipt: CompressionReceipt, isNew: Bool) {
        let record = try await record(of: id)
        try viewer.requireChange(of: record)
        let isOriginal = upload.summary.digest == record.content.digest && record.details.rotation == .upright
        if !isOriginal { try await compare(upload, with: record) }
        let content = record.content
        let size = upload.content.uprightSize
        let file = StoredFile(
            .compressed, of: content, only: id, rotation: record.details.rotation, format: upload.content.format,
            width: size.width, height: size.height, upload.summary)
        let isNew = try await publication.replace(
            with: StagedFile(blob: upload.blob, file: file), of: id, if: condition)
        return (CompressionReceipt(id, file), isNew)
    }

    private func compare(_ upload: InspectedUpload, with record: ImageRecord) async throws {
        let content = record.content
        guard let original = try await repository.catalog.access(to: record.id, .original)?.file,
            let file = try await repository.store.openLocally(original.key)
        else { throw ServiceError.noOriginal }
        guard upload.summary.bytes < original.bytes else {
            throw ServiceError(
                .conflict, "A compressed file must be smaller than the original of \(original.bytes) bytes.")
        }
        guard content.frames <= 1, upload.content.frames <= 1 else {
            throw ServiceError(
                .conflict, "Images with several frames are not compressed: send the original's own bytes.")
        }
        let (wanted, given) = (record.size, upload.content.uprightSize)
        guard wanted == given else {
            throw ServiceError(
                .conflict,
                "The picture has \(wanted.width) × \(wanted.height) pixels, and this file \(given.width) × \(given.height): a compressed file has as many as the original."
            )
        }
        guard
            try await repository.imaging.shows(
                upload.blob.file, format: upload.content.format, theSameAs: file, format: original.format,
                turn: record.details.rotation)
        else {
            throw ServiceError(
                .conflict, "The file does not look like its original: compress it with a higher quality.")
        }
    }

    private func record(of id: ImageID) async throws -> ImageRecord {
        guard let record = try await repository.catalog.image(id) else { throw ServiceError.noImage() }
        return record
    }
}
