internal import BlobStorage
internal import CatalogStorage
public import Domain
internal import FileFormats
internal import Imaging
internal import Runtime
internal import SystemIO
internal import Telemetry

extension ResumableUploads {
    /// Makes an upload whose bytes are all there an image, as every upload becomes one.
    ///
    /// - Parameter file: its file, if it is open.
    /// - Throws: why it cannot become an image, which is recorded; an error of the server, after which it is tried again by
    ///   the next request.
    func complete(_ upload: ResumableUpload, file: GrowingFile?, for viewer: Viewer) async throws -> Progress {
        let opened = if let file { file } else { try await open(upload) }
        guard let name = upload.name else { throw upload.ended }
        return try await Task {
            do {
                let receipt = try await keep(upload, named: name, try await opened.summary(), for: viewer)
                try await repository.store.waiting.remove([name])
                return Progress(upload.ended(as: receipt), receipt: receipt)
            } catch {
                if let explained = ServiceError(explaining: error), UploadRefusal(explained) != nil {
                    try await refuse(upload, explained)
                    throw explained
                }
                // The bytes are there, whatever becomes of them.
                _ = try await repository.catalog.advanceUpload(
                    upload.id, epoch: upload.epoch, to: opened.offset, expires: expiry())
                throw error
            }
        }.value
    }

    private func keep(
        _ upload: ResumableUpload, named name: String, _ summary: StagedBlob.Summary, for viewer: Viewer
    ) async throws -> Ingest.Receipt {
        try summary.requireDigest(upload.description.digest)
        guard let blob = try await repository.store.waiting.resume(name) else { throw upload.ended }
        let format = try await blob.examine { file in
            var head = HeadRecognition()
            try head.take(try file.read(at: 0, count: FormatRecognition.longestHead))
            return try head.finish()
        }
        let received = ReceivedUpload(blob: blob, summary: summary, format: format)
        return try await keep(try await received.inspected(by: repository.imaging, verify: false), upload, for: viewer)
    }

    /// Keeps the bytes of an upload as an image that its sender has described.
    func keep(
        _ inspected: InspectedUpload, _ upload: ResumableUpload, for viewer: Viewer
    ) async throws -> Ingest.Receipt {
        let description = upload.description
        var details = description.details.titled(by: description.fileName)
        if inspected.content.metadata.taken == nil {
            details.taken = description.timestamp.flatMap { TakenDate($0, source: .timestamp) }
        }
        let receipt = try await ingest.keep(
            inspected, details: try details.validated(),
            from: Ingest.Sender(
                owner: upload.owner, token: viewer.token, album: viewer.album, fileName: description.fileName,
                upload: upload.id))
        await place(receipt.record.id, description.placement, for: viewer)
        return receipt
    }

    /// Adds the image to the album that the upload has named. It is kept even if the album has gone since.
    private func place(_ image: ImageID, _ placement: AlbumPlacement?, for viewer: Viewer) async {
        guard let placement, let album = placement.album else { return }
        do {
            try await albums.place(image, in: album, placement, for: viewer)
        } catch {
            repository.log.log(
                .warning, "an upload cannot be added to its album", ["image": "\(image)", "reason": "\(error)"])
        }
    }

    /// Records why an upload cannot become an image, and drops its bytes.
    func refuse(_ upload: ResumableUpload, _ error: ServiceError) async throws {
        guard let refusal = UploadRefusal(error) else { throw error }
        try await repository.catalog.refuse(upload.id, because: refusal)
        if let name = upload.name { try await repository.store.waiting.remove([name]) }
        digests.remove([upload.id])
    }
}

extension ResumableUpload {
    func ended(as receipt: Ingest.Receipt) -> ResumableUpload {
        with(
            offset: length, expires: Timestamp.now.advanced(bySeconds: 86_400),
            outcome: .image(receipt.record.id, isDuplicate: receipt.isDuplicate))
    }
}

extension UploadRefusal {
    /// Nil for an error after which the same bytes may yet become an image.
    init?(_ error: ServiceError) {
        switch error.code {
        case .unsupported: self.init(.unsupported, error.message)
        case .damaged: self.init(.damaged, error.message)
        case .tooManyPixels: self.init(.tooManyPixels, error.message)
        case .tooLarge: self.init(.tooLarge, error.message)
        case .invalid: self.init(.invalid, error.message)
        case .digestMismatch: self.init(.digestMismatch, error.message)
        case .quotaExceeded: self.init(.quotaExceeded, error.message)
        default: return nil
        }
    }
}

extension ServiceError {
    /// Why an upload did not become an image, told again.
    public init(_ refusal: UploadRefusal) {
        let code: Code =
            switch refusal.code {
            case .unsupported: .unsupported
            case .damaged, .lost: .damaged
            case .invalid: .invalid
            case .tooManyPixels: .tooManyPixels
            case .tooLarge: .tooLarge
            case .digestMismatch: .digestMismatch
            case .quotaExceeded: .quotaExceeded(bytesLeft: 0)
            }
        self.init(code, refusal.reason)
    }
}
