internal import BlobStorage
internal import CatalogStorage
internal import Domain
internal import Imaging
internal import Telemetry

extension Ingest {
    /// Makes an item of a batch an image: inspects the file that waits for it, keeps it, and records both. If it cannot
    /// become an image, the item says why.
    ///
    /// - Throws: an error of the server: the file goes on waiting, and the attempt is to be repeated.
    func keepItem(_ id: BatchItemID) async throws {
        guard case .waiting(let item) = try await repository.catalog.bytes(of: id) else { return }
        do {
            try await keep(item)
        } catch {
            guard let explained = ServiceError(explaining: error), explained.isFinal else {
                try await repository.catalog.postpone(
                    id, because: "The server could not record it yet, and tries again.")
                throw error
            }
            try await repository.catalog.refuse(id, because: explained.message)
        }
        try await repository.store.waiting.remove([item.file.name])
    }

    private func keep(_ item: WaitingItem) async throws {
        guard let blob = try await repository.store.waiting.resume(item.file.name) else {
            throw ServiceError(.damaged, "The file was lost: send it again.")
        }
        let received = ReceivedUpload(
            blob: blob,
            summary: StagedBlob.Summary(digest: item.file.digest, crc32: item.file.crc32, bytes: item.file.bytes),
            format: item.file.format)
        let upload = try await received.inspected(by: repository.imaging, verify: false)
        var details = ImageDetails(tags: item.tags, attributes: item.attributes, visibility: item.visibility)
        if upload.content.metadata.taken == nil {
            details.taken = item.timestamp.flatMap { TakenDate($0, source: .timestamp) }
        }
        _ = try await keep(
            upload, details: try details.validated(), from: Sender(owner: item.owner, album: item.album, item: item.id))
    }
}

extension ServiceError {
    /// Whether another attempt would fail as well: the file is at fault, or there is no room for it.
    fileprivate var isFinal: Bool {
        switch code {
        case .unsupported, .damaged, .tooManyPixels, .tooLarge, .invalid, .quotaExceeded, .unauthenticated: true
        default: false
        }
    }
}
