internal import BlobStorage
internal import CatalogStorage
public import Domain
internal import Imaging
internal import Runtime
internal import SystemIO
internal import Telemetry

/// Takes images in: receive, identify, inspect, deduplicate, publish, record.
///
/// The first three happen while or right after the bytes come, in an `IncomingUpload`; the last three in `keep`, which
/// returns when the bytes and the record are on stable storage.
public struct Ingest: Sendable {
    /// When the kept renditions of a new image are made.
    public enum DerivationTime: String, Sendable, CaseIterable {
        /// Before the upload is answered.
        case now
        /// By a job.
        case later
        /// At a request.
        case never
    }

    let repository: Repository
    let publication: FilePublication
    private let kept: KeptRenditions
    private let openFiles: OpenFiles
    private let jobs: Jobs
    let derivationTime: DerivationTime
    /// The most bytes of one image.
    let maximumBytes: Int64
    /// The folder from which clients may import files; nil if there is none.
    let importFolder: ImportFolder?

    public init(
        repository: Repository, publication: FilePublication, kept: KeptRenditions, openFiles: OpenFiles, jobs: Jobs,
        derivationTime: DerivationTime, maximumBytes: Int64, importFolder: ImportFolder? = nil
    ) {
        (self.repository, self.publication, self.kept) = (repository, publication, kept)
        (self.openFiles, self.jobs, self.derivationTime) = (openFiles, jobs, derivationTime)
        (self.maximumBytes, self.importFolder) = (maximumBytes, importFolder)
    }

    /// Begins to take an image in.
    ///
    /// - Parameter bytes: the announced length, if there is one. More than the account may ever have is refused at
    ///   once. Less than that may be a duplicate, which costs nothing.
    /// - Throws: `unauthenticated` for a stranger; `quotaExceeded`.
    public func receive(for viewer: Viewer, announced bytes: Int64? = nil) async throws -> IncomingUpload {
        let owner = try viewer.owner()
        if let bytes, let account = try await repository.catalog.account(owner), let left = account.bytesLeft,
            let quota = account.quotaBytes, bytes > quota
        {
            throw ServiceError.quotaExceeded(bytesLeft: left)
        }
        return IncomingUpload(
            blob: try await repository.store.stage(), imaging: repository.imaging, maximumBytes: maximumBytes)
    }

    /// What an upload led to.
    public struct Receipt: Sendable {
        public let record: ImageRecord
        /// The owner has this content already; nothing was added.
        public let isDuplicate: Bool
        /// The image was in the trash until now; a duplicate as well.
        public var isRestored = false
        /// The job that makes the renditions; nil if none waits or runs.
        public var job: JobID?
    }

    /// The owner's image of this content if its original is kept, for a client that asks before it sends.
    public func alreadyKept(_ digest: Digest, of viewer: Viewer) async throws -> Receipt? {
        guard let receipt = try await find(digest, of: try viewer.owner()),
            try await repository.catalog.access(to: receipt.record.id, .original)?.file != nil
        else { return nil }
        return try await namingJob(receipt)
    }

    /// The receipt of an image whose renditions are still to come, with the job that makes them.
    func namingJob(_ receipt: Receipt) async throws -> Receipt {
        guard receipt.job == nil, receipt.record.state == .pending else { return receipt }
        var named = receipt
        named.job = try await repository.catalog.derivation(of: receipt.record.content.digest)
        return named
    }

    /// Keeps an inspected upload: its bytes in the store, its record in the catalogue.
    ///
    /// - Parameters:
    ///   - fileName: the name that the client gave to the file: its title, if `details` have none.
    /// - Throws: `invalid` if the details exceed a bound; `quotaExceeded`; `storageFull`.
    public func keep(
        _ upload: InspectedUpload, fileName: String?, details: ImageDetails, for viewer: Viewer
    ) async throws -> Receipt {
        try await keep(
            upload, details: try details.titled(by: fileName).validated(),
            from: Sender(
                owner: try viewer.owner(), token: viewer.token, album: viewer.album, fileName: fileName))
    }

    /// Who has sent an image, and how.
    struct Sender: Sendable {
        let owner: AccountID
        /// The token whose quota it counts in.
        var token: TokenID?
        /// The album of that token.
        var album: TokenAlbum?
        /// The name that the sender gave to the file.
        var fileName: String?
        /// The item of a batch that it is.
        var item: BatchItemID?
        /// The resumable upload that it is.
        var upload: UploadID?
        /// The share whose visitor has sent it.
        var share: ShareScope?
    }

    /// - Parameter details: valid.
    func keep(_ upload: InspectedUpload, details: ImageDetails, from sender: Sender) async throws -> Receipt {
        let digest = upload.content.digest
        let receipt = try await publication.withLock(digest) {
            // Visitors do not learn what the owner has, and change nothing of it.
            if sender.share != nil { return try await add(upload, details: details, from: sender) }
            if let existing = try await find(digest, of: sender.owner) {
                let record = try await name(existing.record, details.externalID)
                try await restoreOriginal(upload, of: record.id)
                try await self.record(sender, as: record.id)
                return Receipt(record: record, isDuplicate: true)
            }
            if let restored = try await repository.catalog.restoreImage(of: digest, owner: sender.owner) {
                let record = try await name(restored, details.externalID)
                try await restoreOriginal(upload, of: record.id)
                try await self.record(sender, as: record.id)
                jobs.wake()
                return Receipt(record: record, isDuplicate: true, isRestored: true)
            }
            return try await add(upload, details: details, from: sender)
        }
        if let album = sender.album { await place(receipt.record.id, in: album, sender.owner) }
        return try await namingJob(try await derive(receipt))
    }

    /// Adds an image to the album of the token with which it was sent. It is kept even if the album has gone since.
    private func place(_ image: ImageID, in album: TokenAlbum, _ owner: AccountID) async {
        do {
            let reader = AlbumReader(account: owner, isAdmin: false)
            guard let standing = try await repository.catalog.album(album.id, for: reader) else { return }
            _ = try await repository.catalog.add(
                [image], to: standing, by: owner, mayAddOthers: false, sharesPrivate: album.sharesPrivate)
        } catch {
            repository.log.log(
                .warning, "an upload cannot be added to the album of its token",
                ["image": "\(image)", "reason": "\(error)"])
        }
    }

    /// Gives an image that there is already the external id of an upload of the same bytes, if it has none.
    ///
    /// - Throws: `conflict` if it has another.
    private func name(_ record: ImageRecord, _ externalID: String?) async throws -> ImageRecord {
        guard let externalID, record.details.externalID != externalID else { return record }
        guard record.details.externalID == nil else {
            throw ServiceError(
                .conflict, field: "external_id",
                "The account has these bytes as the image \(record.id), whose external_id is another one. An account whose 'duplicates' are 'keep' has one image for each upload."
            )
        }
        var changes = ImageChanges()
        changes.externalID = .some(externalID)
        let outcome = try await repository.catalog.updateImage(record.id, changes, expectedVersion: nil)
        if case .updated(let named, _) = outcome { return named }
        return record
    }

    /// Records which image an item of a batch, or a resumable upload, is.
    private func record(_ sender: Sender, as image: ImageID) async throws {
        if let item = sender.item { try await repository.catalog.record(item, as: image) }
        if let upload = sender.upload { try await repository.catalog.record(upload, as: image) }
    }

    private func find(_ digest: Digest, of owner: AccountID) async throws -> Receipt? {
        guard let record = try await repository.catalog.ownImage(of: owner, digest: digest) else { return nil }
        return Receipt(record: record, isDuplicate: true)
    }

    private func add(_ upload: InspectedUpload, details: ImageDetails, from sender: Sender) async throws -> Receipt {
        let staged = try await original(of: upload)
        let submission = Submission(
            id: ImageID(), owner: sender.owner, details: details, content: upload.content,
            original: staged.file, sentName: sender.fileName.flatMap { FileName($0).kept }, dateAdded: .now,
            token: sender.token, item: sender.item, upload: sender.upload, share: sender.share)
        let outcome = try await publication.publish([staged], of: upload.content.digest) {
            try await repository.catalog.addImage(submission, queueDerive: derivationTime == .later)
        }
        switch outcome {
        case .added(let record, let job): return Receipt(record: record, isDuplicate: false, job: job)
        case .duplicate(let record): return Receipt(record: record, isDuplicate: true)
        }
    }

    /// Gives an image its original back, if it was removed or lost, now that a client sends it again.
    func restoreOriginal(_ upload: InspectedUpload, of image: ImageID) async throws {
        if try await repository.catalog.access(to: image, .original)?.file == nil {
            try await repository.catalog.regainOriginal(of: image)
            openFiles.forget(image)
        }
        let staged = try await original(of: upload)
        if try await repository.catalog.file(of: upload.content.digest, .original) != nil,
            try await repository.store.size(of: staged.file.key) == staged.file.bytes
        {
            return
        }
        _ = try await publication.publish([staged], of: upload.content.digest) {
            try await repository.catalog.addFiles([staged.file])
        }
    }

    /// The upload as the original of its content. If the catalogue has one already, it is published under the same key:
    /// if its file has been lost, the upload brings it back.
    func original(of upload: InspectedUpload) async throws -> StagedFile {
        let content = upload.content
        if let file = try await repository.catalog.file(of: content.digest, .original) {
            return StagedFile(blob: upload.blob, file: file)
        }
        let size = content.uprightSize
        let file = StoredFile(
            .original, of: content, format: content.format, width: size.width, height: size.height, upload.summary)
        return StagedFile(blob: upload.blob, file: file)
    }

    /// Makes the renditions of an image that was just added, or got another original, when it is time for that.
    func derive(_ receipt: Receipt) async throws -> Receipt {
        guard !receipt.isDuplicate else { return receipt }
        repository.metrics.uploads.increment()
        switch derivationTime {
        case .never: return receipt
        case .later:
            jobs.wake()
            return receipt
        case .now:
            // An image whose pixels cannot be decoded is kept all the same, and its record says so.
            let id = receipt.record.id
            if !(await kept.tryToMake(of: id, receipt.record.content.digest)) { jobs.wake() }
            let record = try await repository.catalog.image(id)
            return Receipt(record: record ?? receipt.record, isDuplicate: false)
        }
    }
}
