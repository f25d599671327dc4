internal import BlobStorage
internal import CatalogStorage
public import Domain
internal import SystemIO

extension ResumableUploads {
    private static let pieceLength = 1 << 20

    /// Puts parts together, in their order, and makes an image of them. They are copied piece by piece.
    ///
    /// - Parameter parts: uploads of the viewer of the kind `part` that have been received whole. One may come several
    ///   times.
    /// - Throws: `invalid` for an upload that the viewer may not know of, or that is no part; `uploadUnfinished`;
    ///   `tooLarge`; `storageFull`; why the bytes cannot become an image.
    public func concatenate(
        _ parts: [UploadID], _ description: UploadDescription, for viewer: Viewer
    ) async throws -> Progress {
        _ = try description.details.titled(by: description.fileName).validated()
        var found: [ResumableUpload] = []
        for id in parts { found.append(try await part(id, for: viewer)) }
        let length = try total(of: found)
        try await requireSpace(for: length)
        var description = try await placed(description, for: viewer)
        description.parts = parts
        let upload = ResumableUpload(
            id: UploadID(), owner: try viewer.owner(), token: viewer.token, kind: .final, name: nil, length: length,
            description: description, dateCreated: .now, expires: expiry())
        try await repository.catalog.beginUpload(upload, maximumUnderWay: limits.underWay)
        do {
            let receipt = try await putTogether(found, as: upload, for: viewer)
            try await repository.catalog.shortenUploads(
                parts, to: Timestamp.now.advanced(bySeconds: Self.secondsAfterConcatenation))
            return Progress(upload.ended(as: receipt), receipt: receipt)
        } catch {
            if let explained = ServiceError(explaining: error), UploadRefusal(explained) != nil {
                try await refuse(upload, explained)
            } else {
                _ = try await repository.catalog.removeUpload(upload.id)
            }
            throw error
        }
    }

    private func part(_ id: UploadID, for viewer: Viewer) async throws -> ResumableUpload {
        let upload: ResumableUpload
        do {
            upload = try await self.upload(id, for: viewer)
        } catch let error as ServiceError where error.code == .notFound || error.code == .uploadExpired {
            throw ServiceError(.invalid, "There is no upload \(id) that could be a part.")
        }
        guard upload.kind == .part else {
            throw ServiceError(.invalid, "The upload \(id) was not begun as a part.")
        }
        guard upload.isReceived else {
            throw ServiceError(
                .uploadUnfinished, "The upload \(id) has \(upload.offset) bytes, and more are to come: finish it first."
            )
        }
        return upload
    }

    private func total(of parts: [ResumableUpload]) throws -> Int64 {
        var length: Int64 = 0
        for part in parts {
            length += part.offset
            guard length <= maximumBytes else { throw ServiceError.tooLarge(maximumBytes) }
        }
        guard length > 0 else { throw ServiceError.empty }
        return length
    }

    private func putTogether(
        _ parts: [ResumableUpload], as upload: ResumableUpload, for viewer: Viewer
    ) async throws -> Ingest.Receipt {
        let incoming = try await ingest.receive(for: viewer, announced: upload.length)
        for part in parts where part.offset > 0 {
            guard let name = part.name, let source = try await repository.store.waiting.open(name),
                source.length == part.offset
            else { throw ServiceError(.conflict, "The upload \(part.id) was removed meanwhile: send it again.") }
            var offset: Int64 = 0
            while offset < part.offset {
                let piece = try await repository.store.read(source, at: offset, count: Self.pieceLength)
                guard !piece.isEmpty else { throw ServiceError(.damaged, "The upload \(part.id) was cut off.") }
                try await incoming.append(piece)
                offset += Int64(piece.count)
            }
        }
        return try await keep(
            try await incoming.finish(announced: upload.description.digest, verify: false), upload, for: viewer)
    }
}
