internal import BlobStorage
internal import CatalogStorage
public import Domain
internal import Runtime
public import Streams

extension ResumableUploads {
    /// Bytes that a request adds to an upload.
    public struct Addition: Sendable {
        let offset: Int64
        let announced: Int64?
        let isAtomic: Bool
        let bytes: ByteStream
        let length: Int64?

        /// - Parameters:
        ///   - offset: where they belong; they must follow those that are there.
        ///   - announced: how many they are; nil if that is not known.
        ///   - isAtomic: whether all are kept or none.
        ///   - length: of the whole upload, if its sender says so only now.
        ///   - bytes: if they end with an error, those before it are kept, unless it `isAtomic`.
        public init(at offset: Int64, announced: Int64?, isAtomic: Bool, length: Int64? = nil, _ bytes: ByteStream) {
            (self.offset, self.announced, self.isAtomic) = (offset, announced, isAtomic)
            (self.length, self.bytes) = (length, bytes)
        }
    }

    /// What has become of an upload.
    public struct Progress: Sendable {
        public let upload: ResumableUpload
        /// The image, if this request has made it.
        public let receipt: Ingest.Receipt?

        /// - Parameter receipt: nil if it has not become an image.
        public init(_ upload: ResumableUpload, receipt: Ingest.Receipt? = nil) {
            (self.upload, self.receipt) = (upload, receipt)
        }
    }

    /// Adds bytes to an upload. If all are there then, it becomes an image.
    ///
    /// They are on stable storage when this returns, and so are those that came before an error. A request that adds to
    /// the same upload is ended.
    ///
    /// - Throws: `notFound`; `uploadExpired`; `uploadEnded`; `forbidden` for a final upload; `offsetMismatch`;
    ///   `tooLarge` for more bytes than the upload has; `superseded`; `storageFull`; why the upload cannot become an image;
    ///   what the stream throws.
    public func add(_ addition: Addition, to id: UploadID, for viewer: Viewer) async throws -> Progress {
        _ = try await upload(id, for: viewer)
        return try await turns.withTurn(id) { turn in
            var upload = try await claim(id, for: viewer)
            if upload.isDue { upload = try await complete(upload, file: nil, for: viewer).upload }
            guard upload.kind != .final else {
                throw ServiceError(.forbidden, "The upload is put together from parts: nothing can be added to it.")
            }
            guard upload.outcome == nil, !upload.isReceived else { return try Self.repeated(addition, upload) }
            guard addition.offset == upload.offset else {
                throw ServiceError(
                    .offsetMismatch(upload.offset),
                    "The upload has \(upload.offset) bytes, and these belong at \(addition.offset): go on from there.")
            }
            upload = try await declareLength(addition.length, of: upload)
            let most = try await room(for: addition, in: upload)
            try await requireSpace(for: addition.announced ?? 0)
            return try await receive(addition, to: upload, atMost: most, turn, for: viewer)
        }
    }

    /// A request that adds nothing to an upload that has ended is answered once more.
    private static func repeated(_ addition: Addition, _ upload: ResumableUpload) throws -> Progress {
        if addition.offset == upload.offset, addition.announced == 0, !upload.isRefused {
            return Progress(upload)
        }
        throw upload.ended
    }

    private func declareLength(_ length: Int64?, of upload: ResumableUpload) async throws -> ResumableUpload {
        guard let length else { return upload }
        if let known = upload.length {
            guard known == length else {
                throw ServiceError(.invalid, "The upload has the length \(known), which cannot change.")
            }
            return upload
        }
        guard length <= maximumBytes else { throw ServiceError.tooLarge(maximumBytes) }
        guard length >= upload.offset else {
            throw ServiceError(.invalid, "The upload has \(upload.offset) bytes already, more than \(length).")
        }
        guard length > 0 || upload.kind != .whole else { throw ServiceError.empty }
        try await repository.catalog.setLength(of: upload, to: length)
        return upload.with(length: length)
    }

    /// How many bytes the upload may still get.
    private func room(for addition: Addition, in upload: ResumableUpload) async throws -> Int64 {
        let most = (upload.length ?? maximumBytes) - upload.offset
        if let announced = addition.announced, announced > most { throw Self.tooLong(upload) }
        guard upload.length == nil, let left = try await repository.catalog.bytesLeft(for: upload) else { return most }
        if let announced = addition.announced, announced > left { throw ServiceError.quotaExceeded(bytesLeft: left) }
        return min(most, left)
    }

    private func receive(
        _ addition: Addition, to upload: ResumableUpload, atMost most: Int64, _ turn: UploadTurns.Turn,
        for viewer: Viewer
    ) async throws -> Progress {
        let file = try await open(upload)
        // What has arrived is recorded while more arrives.
        let recording = Locked<(upTo: Int64, task: Task<Void, any Error>?)>((upload.offset, nil))
        let outcome = await turn.receive {
            var head: HeadRecognition? = upload.offset == 0 && upload.kind == .whole ? HeadRecognition() : nil
            while let piece = try await addition.bytes.next() {
                guard file.offset - upload.offset + Int64(piece.count) <= most else { throw Self.tooLong(upload) }
                try head?.take(piece)
                try await file.append(piece)
                let (recorded, earlier) = recording.withLock { $0 }
                guard file.offset - recorded >= Self.checkpointBytes, !addition.isAtomic else { continue }
                try await earlier?.value
                let offset = file.offset
                recording.withLock { $0 = (offset, Task { try await record(file, upTo: offset, of: upload) }) }
            }
        }
        // Whoever has gone or was passed over leaves what has arrived.
        return try await Task {
            let (recorded, task) = recording.withLock { $0 }
            try await task?.value
            let isLost = (try? outcome.get()) == nil
            if isLost, addition.isAtomic || outcome.isOverlong { try await file.truncate(to: recorded) }
            if let refusal = outcome.refusal {
                try await refuse(upload, refusal)
                throw refusal
            }
            let isComplete = file.offset == upload.length && upload.kind == .whole && !isLost
            // A completed upload is recorded together with its image.
            if isComplete {
                try await file.synchronize()
            } else {
                try await record(file, upTo: file.offset, of: upload)
            }
            if let digest = file.digest { digests.insert(digest, for: upload.id, since: digests.generation) }
            if turn.isSuperseded, isLost { throw ServiceError.superseded }
            try outcome.get()
            let upload = upload.with(offset: file.offset, expires: expiry())
            guard isComplete else { return Progress(upload) }
            return try await complete(upload, file: file, for: viewer)
        }.value
    }

    /// The file of an upload, at its offset.
    func open(_ upload: ResumableUpload) async throws -> GrowingFile {
        guard let name = upload.name else { throw upload.ended }
        let digest = digests[upload.id]
        digests.remove([upload.id])
        if let file = try await repository.store.waiting.grow(name, from: upload.offset, digest: digest) {
            return file
        }
        let refusal = ServiceError(.damaged, "What was sent of the upload was lost: begin another one.")
        try await repository.catalog.refuse(upload.id, because: UploadRefusal(.lost, refusal.message))
        throw refusal
    }

    /// Brings what has arrived to stable storage, and then says so in the catalogue.
    private func record(_ file: GrowingFile, upTo offset: Int64, of upload: ResumableUpload) async throws {
        guard offset > upload.offset else { return }
        try await file.synchronize()
        guard
            try await repository.catalog.advanceUpload(
                upload.id, epoch: upload.epoch, to: offset, expires: expiry())
        else { throw ServiceError.superseded }
    }

    private static func tooLong(_ upload: ResumableUpload) -> ServiceError {
        guard let length = upload.length else {
            return ServiceError(.tooLarge, "The upload has no length yet, and more bytes than it may have.")
        }
        return ServiceError(.tooLarge, "The upload has \(length) bytes: these are more than are left of it.")
    }
}

extension Result<Void, any Error> {
    /// Whether there were more bytes than the upload has.
    fileprivate var isOverlong: Bool { error?.code == .tooLarge }

    /// Why the bytes cannot become an image, as their beginning shows.
    fileprivate var refusal: ServiceError? { error.flatMap { $0.code == .unsupported ? $0 : nil } }

    private var error: ServiceError? { if case .failure(let error) = self { error as? ServiceError } else { nil } }
}

extension ResumableUpload {
    /// Why nothing can be added to it.
    var ended: ServiceError {
        switch outcome {
        case .image(let image, _):
            ServiceError(.uploadEnded(offset, image), "The upload has ended: it is the image \(image).")
        case .refused(let refusal): ServiceError(refusal)
        case nil: ServiceError(.uploadEnded(offset, nil), "All bytes of the upload are there.")
        }
    }

    fileprivate var isRefused: Bool { if case .refused = outcome { true } else { false } }

    /// The upload with other values.
    func with(
        offset: Int64? = nil, length: Int64? = nil, expires: Timestamp? = nil, outcome: Outcome? = nil
    ) -> ResumableUpload {
        ResumableUpload(
            id: id, owner: owner, token: token, kind: kind, name: name, offset: offset ?? self.offset,
            length: length ?? self.length, epoch: epoch, description: description, dateCreated: dateCreated,
            expires: expires ?? self.expires, outcome: outcome ?? self.outcome)
    }
}
