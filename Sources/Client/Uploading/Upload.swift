internal import Domain
internal import Runtime
public import SystemIO

/// Uploads the images of files and folders, except those that the server has already and those that an earlier run has
/// uploaded.
///
/// The steps run concurrently, joined by bounded queues: find images (`FileScanner`), ask the server in bulk which ones
/// it has, send the rest.
public struct Upload: Sendable {
    public struct Options: Sendable {
        public var details = UploadDetails()
        /// The folders whose names become albums, with those of the folders in them; empty for none.
        public var albumFolders: [FilePath] = []
        /// The number of concurrent uploads.
        public var concurrency = 4
        /// Whether the server is asked about images that are in the journal.
        public var verifies = false

        public init() {}
    }

    private let connection: Connection
    private let journal: Journal?
    private let progress: RunProgress
    private let options: Options
    /// Several files of the same content must not take one upload from each other.
    private let large = KeyedLock<Digest>()

    public init(_ connection: Connection, journal: Journal?, progress: RunProgress, options: Options) {
        (self.connection, self.journal, self.progress, self.options) = (connection, journal, progress, options)
    }

    /// Uploads all images in the given files and folders.
    ///
    /// - Throws: `ClientError` if the run cannot continue (`endsAll`), `CancellationError`; failures of single files go
    ///   to the progress.
    public func run(_ roots: [FilePath]) async throws {
        let threads = ProcessLimits.processors
        let files = BlockingPool(name: "files", threads: threads + 1, queue: 4096)
        let intake = FileScanner(roots, journal: journal, progress: progress, files: files, examiners: threads)
        let wanted = Channel<Candidate>(capacity: 16)
        let stop: @Sendable () -> Void = {
            intake.cancel()
            wanted.cancel()
        }
        let result = await Result {
            try await withTaskCancellationHandler {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await intake.run() }
                    group.addTask { try await ask(about: intake.images, handingOnTo: wanted, on: files) }
                    for _ in 0..<options.concurrency {
                        group.addTask { while let image = await wanted.next() { try await send(image, on: files) } }
                    }
                    try await group.endTogether(stop: stop)
                    try Task.checkCancellation()
                }
            } onCancel: {
                stop()
            }
        }
        await flushJournal(on: files)
        await files.close()
        try result.get()
    }

    /// Separates the images that the server has from those that it needs.
    private func ask(
        about images: Channel<Candidate>, handingOnTo wanted: Channel<Candidate>, on files: BlockingPool<Void>
    ) async throws {
        defer { wanted.finish() }
        let albums = AlbumFilling(connection, folders: options.albumFolders) { [progress] in await progress.warn($0) }
        while true {
            let batch = await images.batch(upTo: Connection.maximumDigests)
            if batch.isEmpty { return try await albums.flush() }
            var questions: [Candidate] = []
            for image in batch {
                if let id = image.journaled, !options.verifies {
                    try await albums.add(id, at: image.found.path)
                    try await progress.finish(.there(id, journal: true), image.found.path, digest: image.digest)
                } else {
                    questions.append(image)
                }
            }
            if questions.isEmpty { continue }
            let known = try await connection.known(Array(Set(questions.map(\.digest))))
            for image in questions {
                if let id = known[image.digest] {
                    try await albums.add(id, at: image.found.path)
                    await note(image, id, on: files)
                    try await progress.finish(.there(id, journal: false), image.found.path, digest: image.digest)
                } else if await !wanted.send(image) {
                    return
                }
            }
        }
    }

    /// Sends one image, and records the result in the journal.
    private func send(_ image: Candidate, on files: BlockingPool<Void>) async throws {
        let path = image.found.path
        do {
            let (image, file) = try await opened(image, on: files)
            let ticket = progress.begin(path, bytes: image.status.bytes)
            defer { progress.end(ticket) }
            let receipt = try await receipt(for: image, file, on: files) { [progress] sent in
                progress.advance(ticket, to: sent)
            }
            guard receipt.digest ?? image.digest == image.digest else {
                throw ClientError(.damaged, "the server answers with the record of another image")
            }
            await note(image, receipt.id, on: files)
            try await progress.finish(
                receipt.duplicate ? .duplicate(receipt.id) : .sent(receipt.id), path, digest: image.digest,
                bytes: image.status.bytes)
        } catch let error as SystemError {
            try await progress.finish(.unreadable(error.meaning), path)
        } catch let error as ClientError where !error.endsAll {
            try await progress.finish(
                error.code == .local ? .unreadable(error.message) : .refused(error.message), path)
        }
    }

    /// Sends the bytes of an image: in one request, or, if they are many, in several that can be continued.
    private func receipt(
        for image: Candidate, _ file: FileDescriptor, on files: BlockingPool<Void>,
        onProgress: @escaping @Sendable (_ sent: Int64) -> Void
    ) async throws -> UploadReceipt {
        let name = image.found.path.lastComponent.text
        let status = image.status
        var details = options.details
        details.albumPath = AlbumPath.of(image.found.path, in: options.albumFolders)
        if status.bytes > LargeUpload.threshold {
            let upload = LargeUpload(
                connection: connection, file: file, bytes: status.bytes, digest: image.digest, name: name,
                details: details,
                isUnchanged: { try await files.run { try file.status() == status } }, onProgress: onProgress)
            // A server of an earlier version takes it in one request.
            if let receipt = try await large.withLock(image.digest, { try await upload.run() }) { return receipt }
        }
        return try await connection.upload(
            FileSlice(file: file, offset: 0, length: status.bytes), digest: image.digest, name: name,
            details: details
        ) { sent, _ in onProgress(sent) }
    }

    /// The image with its file open; the file is read again if the image was known only from the journal.
    private func opened(
        _ image: Candidate, on files: BlockingPool<Void>
    ) async throws -> (Candidate, FileDescriptor) {
        if let file = image.file { return (image, file) }
        return try await files.run {
            switch try FileScan.examine(image.found, isCancelled: { false }) {
            case .other(let words): throw ClientError(.refused, "no image any more: this is \(words)")
            case .image(let digest, let status, let file):
                let fresh = Candidate(
                    found: image.found, digest: digest, status: status, file: file, journaled: nil)
                return (fresh, file)
            }
        }
    }

    /// Records in the journal what the server has acknowledged. If the journal cannot be written, a later run takes
    /// longer; nothing else is lost.
    private func note(_ image: Candidate, _ id: ImageID, on files: BlockingPool<Void>) async {
        let entry = JournalEntry(
            path: image.found.path, status: image.status, digest: image.digest, image: id)
        if let journal, journal.append(entry) { await flushJournal(on: files) }
    }

    private func flushJournal(on files: BlockingPool<Void>) async {
        guard let journal else { return }
        // An unstructured task, so that the flush also happens if the run was cancelled.
        let flushing = Task { try await files.run { journal.flush() } }
        // The pool is closed only after the last flush.
        if let warning = try? await flushing.value { await progress.warn(warning) }
    }
}
