internal import Domain
internal import Runtime
internal import SystemIO

/// The first half of every run over files: walk, look into each, and hand on what is an image.
///
/// At most some hundred files are between the walk and whoever takes the images, whatever there is to walk through.
struct Intake: Sendable {
    /// Files found, and images recognised, that wait. Each may hold a descriptor open.
    private static let foundCapacity = 64, imageCapacity = 128

    /// The images, to be taken; finished when the walk is.
    let images = Channel<Candidate>(capacity: imageCapacity)

    private let found = Channel<FoundFile>(capacity: foundCapacity)
    private let roots: [FilePath]
    private let journal: Journal?
    private let ledger: Ledger
    private let files: BlockingPool<Void>
    private let examiners: Int
    private let isStopping = Locked(false)

    /// - Parameters:
    ///   - journal: what earlier runs have done; files that are unchanged since are not read again.
    ///   - files: threads to read on; as many files are looked into at once as it has.
    init(_ roots: [FilePath], journal: Journal?, ledger: Ledger, files: BlockingPool<Void>, examiners: Int) {
        (self.roots, self.journal, self.ledger, self.files) = (roots, journal, ledger, files)
        self.examiners = examiners
    }

    /// Walks and looks, until all is handed on or `cancel` is called.
    func run() async throws {
        let walking = BlockingPool<FolderWalk>(name: "walk", threads: 1, queue: 1) { [roots] in FolderWalk(roots) }
        defer { images.finish() }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await walk(on: walking) }
                for _ in 0..<examiners {
                    group.addTask { while let file = await found.next() { try await examine(file) } }
                }
                try await group.endTogether { cancel() }
            }
        } catch {
            await walking.close()
            throw error
        }
        await walking.close()
    }

    /// Ends the walk, and drops what waits.
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
            for finding in findings {
                switch finding {
                case .file(let file):
                    ledger.found(bytes: file.identity.bytes)
                    guard await found.send(file) else { return }
                case .unreadable(let path, let reason): try await ledger.finish(.unreadable(reason), path)
                case .passed(let path, let reason): try await ledger.finish(.skipped(reason), path)
                }
            }
        }
        ledger.walkIsOver()
    }

    private func examine(_ file: FoundFile) async throws {
        do {
            let examined = try await files.run { [journal, isStopping] () -> Result<Candidate, NoImage> in
                if let entry = journal?.entry(of: file.path, file.identity) {
                    return .success(
                        Candidate(
                            found: file, digest: entry.digest, identity: file.identity, file: nil,
                            journaled: entry.image))
                }
                switch try Examination.examine(file, isCancelled: { isStopping.withLock { $0 } }) {
                case .other(let words): return .failure(NoImage(words: words))
                case .image(let digest, let identity, let open):
                    return .success(
                        Candidate(found: file, digest: digest, identity: identity, file: open, journaled: nil))
                }
            }
            switch examined {
            case .success(let candidate): _ = await images.send(candidate)
            case .failure(let none):
                let reason = "no image: this is \(none.words)"
                try await ledger.finish(file.isNamed ? .refused(reason) : .skipped(reason), file.path)
            }
        } catch let error as SystemError {
            try await ledger.finish(.unreadable(error.meaning), file.path)
        } catch let error as ClientError {
            try await ledger.finish(.unreadable(error.message), file.path)
        }
    }

    private struct NoImage: Error {
        let words: String
    }
}

extension ThrowingTaskGroup where ChildTaskResult == Void, Failure == any Error {
    /// Waits for all tasks. Where one fails, `stop` wakes those that wait for it, and the failure is thrown on.
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
