public import Domain
internal import Runtime
public import SystemIO

/// Downloads images: each is verified, synced, and given a name that was not used.
public struct Download: Sendable {
    public struct Options: Sendable {
        /// The folder for the files; created if it is missing.
        public var folder: FilePath
        public var type: FileType
        public var concurrency = 4

        public init(folder: FilePath, type: FileType) { (self.folder, self.type) = (folder, type) }
    }

    /// Selects the images.
    public enum Selection: Sendable {
        case ids([ImageID])
        case query(ImageQuery)
    }

    private enum Wanted: Sendable {
        case id(ImageID)
        case image(RemoteImage)
    }

    private let connection: Connection
    private let progress: RunProgress
    private let options: Options

    public init(_ connection: Connection, progress: RunProgress, options: Options) {
        (self.connection, self.progress, self.options) = (connection, progress, options)
    }

    /// Downloads all selected images.
    ///
    /// - Throws: `ClientError` if the run cannot continue, for example if the disk is full; `CancellationError`.
    public func run(_ selection: Selection) async throws {
        let files = BlockingPool(name: "files", threads: ProcessLimits.processors, queue: 4096)
        let wanted = Channel<Wanted>(capacity: 16)
        let fetch = Fetch(connection: connection, progress: progress, options: options, files: files)
        let result = await Result {
            try await fetch.makeFolder()
            try await withTaskCancellationHandler {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await list(selection, to: wanted) }
                    for _ in 0..<options.concurrency {
                        group.addTask { while let one = await wanted.next() { try await handle(one, fetch) } }
                    }
                    try await group.endTogether { wanted.cancel() }
                    try Task.checkCancellation()
                }
            } onCancel: {
                wanted.cancel()
            }
        }
        await files.close()
        try result.get()
    }

    private func list(_ selection: Selection, to wanted: Channel<Wanted>) async throws {
        defer { wanted.finish() }
        switch selection {
        case .ids(let ids):
            var seen: Set<ImageID> = []
            for id in ids where seen.insert(id).inserted {
                if await !wanted.send(.id(id)) { return }
            }
        case .query(let query):
            for try await image in ImageListing(connection, query, limit: nil) {
                if await !wanted.send(.image(image)) { return }
            }
        }
        progress.walkIsOver()
    }

    private func handle(_ wanted: Wanted, _ fetch: Fetch) async throws {
        var path: FilePath
        switch wanted {
        case .id(let id): path = FilePath(id.description)
        case .image(let image): path = FilePath(image.id.description)
        }
        do {
            let image: RemoteImage
            switch wanted {
            case .id(let id): image = try await connection.image(id)
            case .image(let known): image = known
            }
            progress.found(bytes: image.bytes)
            let (name, outcome, bytes) = try await fetch.run(image)
            path = name
            try await progress.finish(outcome, path, digest: image.digest, bytes: bytes)
        } catch let error as SystemError {
            if error.isStorageFull || error.isFileTooLarge { throw fetch.full(error) }
            try await progress.finish(.refused(error.meaning), path)
        } catch let error as ClientError where !error.endsAll {
            try await progress.finish(.refused(error.message), path)
        }
    }
}
