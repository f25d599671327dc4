internal import Domain
internal import Runtime
public import SystemIO

/// Compares images in files and folders with those on a server, by their digests; no image is sent.
public struct Verification: Sendable {
    private let connection: Connection
    private let progress: RunProgress

    public init(_ connection: Connection, progress: RunProgress) {
        (self.connection, self.progress) = (connection, progress)
    }

    /// Reports for each image whether the server has it.
    ///
    /// - Throws: `ClientError` if the server does not answer; `CancellationError`.
    public func run(_ roots: [FilePath]) async throws {
        let threads = ProcessLimits.processors
        let files = BlockingPool(name: "files", threads: threads, queue: 4096)
        let intake = FileScanner(roots, journal: nil, progress: progress, files: files, examiners: threads)
        let result = await Result {
            try await withTaskCancellationHandler {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await intake.run() }
                    group.addTask { try await compare(intake.images) }
                    try await group.endTogether { intake.cancel() }
                    try Task.checkCancellation()
                }
            } onCancel: {
                intake.cancel()
            }
        }
        await files.close()
        try result.get()
    }

    private func compare(_ images: Channel<Candidate>) async throws {
        while true {
            let batch = await images.batch(upTo: Connection.maximumDigests)
            if batch.isEmpty { return }
            let known = try await connection.known(Array(Set(batch.map(\.digest))))
            for image in batch {
                let id = known[image.digest]
                try await progress.finish(
                    id.map { .there($0, journal: false) } ?? .missing, image.found.path, digest: image.digest)
            }
        }
    }
}
