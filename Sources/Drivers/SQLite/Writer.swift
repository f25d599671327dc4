internal import Runtime
internal import SQL

/// The thread that writes: it takes all writes in the queue and commits them together.
final class Writer: Sendable {
    private struct State {
        var waiting: [PendingWrite] = []
        var isClosed = false
    }

    private let configuration: SQLiteConfiguration
    private let state = Monitor(State())
    private let thread: BlockingPool<Void>
    private let counters = Locked(CommitCounters())

    init(_ configuration: SQLiteConfiguration) {
        self.configuration = configuration
        thread = BlockingPool(name: "SQLite writer", threads: 1, queue: 1)
        // Ends when `close` ends the loop. Nothing in it can throw.
        Task { [self] in try await thread.run { self.loop() } }
    }

    var commits: CommitCounters { counters.withLock { $0 } }

    var queuedWrites: Int { state.withLock(\.waiting.count) }

    /// - Parameter isAlone: whether no other write is in its transaction, and temporary data goes to files.
    func write<Result: Sendable>(
        isAlone: Bool = false, _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        let cancellation = PendingWrite.Cancellation()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Result, any Error>) in
                let write = PendingWrite(
                    apply: { connection in
                        let result = try body(connection)
                        return { continuation.resume(returning: result) }
                    },
                    fail: { continuation.resume(throwing: $0) },
                    cancellation: cancellation, isAlone: isAlone)
                if let refusal = enqueue(write) { continuation.resume(throwing: refusal) }
            }
        } onCancel: {
            cancellation.set()
        }
    }

    /// Commits the writes in the queue, then ends the thread.
    func close() async {
        state.withLock { $0.isClosed = true }
        state.wakeAll()
        await thread.close()
    }

    private func enqueue(_ write: PendingWrite) -> DatabaseError? {
        let refusal: DatabaseError? = state.withLock { state in
            if state.isClosed { return DatabaseError(.closed, "the database is closed") }
            if state.waiting.count >= configuration.writeQueue {
                return DatabaseError(.overloaded, "too many writes are in the queue")
            }
            state.waiting.append(write)
            return nil
        }
        if refusal == nil { state.wakeOne() }
        return refusal
    }

    private func loop() {
        var connection: SQLiteConnection?
        var reserve = LogReserve(of: configuration.path)
        while let group = nextGroup() {
            do {
                let open = try connection ?? SQLiteConnection(configuration, as: .writer)
                connection = open
                try open.run(ConnectionPragmas.temporaryData(inFiles: group.contains(where: \.isAlone)))
                GroupCommit.run(group, on: open) { count in counters.withLock { $0.add(writes: count) } }
                reserve.fillUp()
            } catch {
                for write in group { write.fail(error) }
            }
        }
        if let connection { Self.finish(connection) }
    }

    private func nextGroup() -> [PendingWrite]? {
        state.waitAndTake { state in
            if state.waiting.isEmpty { return state.isClosed ? .stop : .wait }
            let together = state.waiting.prefix(configuration.groupSize).prefix { !$0.isAlone }
            let group = together.isEmpty ? [state.waiting[0]] : Array(together)
            state.waiting.removeFirst(group.count)
            return .take(group)
        }
    }

    /// Copies the log into the database file. If that fails, the next start uses the log.
    private static func finish(_ connection: SQLiteConnection) {
        try? connection.run("PRAGMA wal_checkpoint(TRUNCATE)")
    }
}
