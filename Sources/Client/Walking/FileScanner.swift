internal import Domain
internal import Runtime
internal import SystemIO

/// Walks through files and folders, scans each file, and passes on the images.
///
/// At most a few hundred files wait between the walk and the consumer of the images.
struct FileScanner: Sendable {
    /// Limits of the waiting groups of found files and of the waiting images. Each image may hold a descriptor open.
    private static let groupCapacity = 8, imageCapacity = 128
    /// Small files are passed on in groups, so that switching threads costs little compared with reading them.
    private static let groupCount = 16
    private static let groupBytes: Int64 = 512 << 10

    /// The images; the channel finishes with the walk.
    let images = Channel<Candidate>(capacity: imageCapacity)

    private let found = Channel<[FoundFile]>(capacity: groupCapacity)
    private let roots: [FilePath]
    private let journal: Journal?
    private let progress: RunProgress
    private let files: BlockingPool<Void>
    private let examiners: Int
    private let isStopping = Locked(false)

    /// - Parameters:
    ///   - journal: the results of earlier runs; unchanged files are not read again.
    ///   - files: threads for reading; their number is that of concurrent scans.
    init(_ roots: [FilePath], journal: Journal?, progress: RunProgress, files: BlockingPool<Void>, examiners: Int) {
        (self.roots, self.journal, self.progress, self.files) = (roots, journal, progress, files)
        self.examiners = examiners
    }

    /// Walks and scans until all images have been passed on or `cancel` is called.
    func run() async throws {
        let walking = BlockingPool<FolderWalk>(name: "walk", threads: 1, queue: 1) { [roots] in FolderWalk(roots) }
        defer { images.finish() }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await walk(on: walking) }
                for _ in 0..<examiners {
                    group.addTask { while let group = await found.next() { try await examine(group) } }
                }
                try await group.endTogether { cancel() }
            }
        } catch {
            await walking.close()
            throw error
        }
        await walking.close()
    }

    /// Ends the walk, and drops waiting files.
    func cancel() {
        isStopping.withLock { $0 = true }
        found.cancel()
        images.cancel()
    }

    private func walk(on thread: BlockingPool<FolderWalk>) async throws {
        defer { found.finish() }
        while true {
            let findings = try await thread.run { walk in walk.next(32) }
            if findings.isEmpty { break }
            var group: [FoundFile] = []
            for finding in findings {
                switch finding {
                case .file(let file):
                    progress.found(bytes: file.status.bytes)
                    group.append(file)
                    let bytes = group.reduce(0) { $0 + $1.status.bytes }
                    if group.count < Self.groupCount, bytes < Self.groupBytes { continue }
                    guard await found.send(group) else { return }
                    group = []
                case .unreadable(let path, let reason): try await progress.finish(.unreadable(reason), path)
                case .passed(let path, let reason): try await progress.finish(.skipped(reason), path)
                }
            }
            if !group.isEmpty, await !found.send(group) { return }
        }
        progress.walkIsOver()
    }

    private func examine(_ group: [FoundFile]) async throws {
        let results = try await files.run { [journal, isStopping] in
            try group.map { file in
                try Self.look(into: file, journal) { isStopping.withLock { $0 } }
            }
        }
        for (file, result) in zip(group, results) {
            switch result {
            case .success(let candidate): if await !images.send(candidate) { return }
            case .failure(let none): try await progress.finish(none.outcome, file.path)
            }
        }
    }

    /// Why a file is not passed on.
    private struct Rejection: Error {
        let outcome: Outcome
    }

    /// Scans one file. Blocks.
    ///
    /// - Throws: `CancellationError`, and errors that are not about the file.
    private static func look(
        into file: FoundFile, _ journal: Journal?, isCancelled: () -> Bool
    ) throws -> Result<Candidate, Rejection> {
        if isCancelled() { throw CancellationError() }
        if let entry = journal?.entry(of: file.path, file.status) {
            return .success(
                Candidate(
                    found: file, digest: entry.digest, status: file.status, file: nil, journaled: entry.image))
        }
        do {
            switch try FileScan.examine(file, isCancelled: isCancelled) {
            case .image(let digest, let status, let open):
                return .success(
                    Candidate(found: file, digest: digest, status: status, file: open, journaled: nil))
            case .other(let words):
                let reason = "no image: this is \(words)"
                return .failure(Rejection(outcome: file.isNamed ? .refused(reason) : .skipped(reason)))
            }
        } catch let error as SystemError {
            return .failure(Rejection(outcome: .unreadable(error.meaning)))
        } catch let error as ClientError {
            return .failure(Rejection(outcome: .unreadable(error.message)))
        }
    }
}

extension ThrowingTaskGroup where ChildTaskResult == Void, Failure == any Error {
    /// Waits for all tasks. If one fails, `stop` wakes those that wait for it, and the error is rethrown.
    mutating func endTogether(stop: () -> Void) async throws {
        do {
            while try await next() != nil {}
        } catch {
            stop()
            cancelAll()
            throw error
        }
    }
}
