internal import Domain
internal import Runtime
public import SystemIO

/// The progress of a run: updated by the workers, read by the display.
public final class RunProgress: Sendable {
    /// A file in progress.
    public struct Active: Sendable {
        public let path: FilePath
        public let bytes: Int64
        public internal(set) var done: Int64
    }

    /// A snapshot.
    public struct Snapshot: Sendable {
        public internal(set) var tally = Tally()
        /// By ticket, so that each file keeps its line.
        public internal(set) var active: [Int: Active] = [:]
        public internal(set) var foundFiles = 0
        public internal(set) var foundBytes: Int64 = 0
        /// Bytes of finished files, whatever their outcome.
        public internal(set) var finishedBytes: Int64 = 0
        /// Whether all files have been found.
        public internal(set) var isWalkOver = false

        /// Bytes sent or received, of finished files and of those in progress.
        public var movedBytes: Int64 { active.values.reduce(tally.bytes) { $0 + $1.done } }

        /// Files that were found and are not finished.
        public var leftFiles: Int { max(0, foundFiles - tally.finished) }
    }

    private struct State {
        var snapshot = Snapshot()
        var nextTicket = 0
        var lastNote: ContinuousClock.Instant?
    }

    private let state = Locked(State())
    private let reporter: any Reporter

    public init(reporter: any Reporter) { self.reporter = reporter }

    public var snapshot: Snapshot { state.withLock(\.snapshot) }

    func found(bytes: Int64) {
        state.withLock { state in
            state.snapshot.foundFiles += 1
            state.snapshot.foundBytes += bytes
        }
    }

    func walkIsOver() { state.withLock { $0.snapshot.isWalkOver = true } }

    /// Records the start of a file; call `end` with the ticket.
    func begin(_ path: FilePath, bytes: Int64) -> Int {
        state.withLock { state in
            state.nextTicket += 1
            state.snapshot.active[state.nextTicket] = Active(path: path, bytes: bytes, done: 0)
            return state.nextTicket
        }
    }

    func advance(_ ticket: Int, to bytes: Int64) { state.withLock { $0.snapshot.active[ticket]?.done = bytes } }

    func end(_ ticket: Int) { state.withLock { _ = $0.snapshot.active.removeValue(forKey: ticket) } }

    /// Records and reports the outcome of a file.
    func finish(_ outcome: Outcome, _ path: FilePath, digest: Digest? = nil, bytes: Int64 = 0) async throws {
        state.withLock { state in
            state.snapshot.tally.add(outcome, bytes: bytes)
            state.snapshot.finishedBytes += bytes
        }
        try await reporter.finished(FileEvent(path: path, outcome: outcome, digest: digest, bytes: bytes))
    }

    /// Reports a message about the whole run.
    func warn(_ text: String) async { await reporter.warned(text) }

    /// Reports that the run waits for the server; at a limited rate, for any number of waiting requests.
    public func waiting(seconds: Double, reason: String) {
        let now = ContinuousClock.now
        let isDue = state.withLock { state in
            if let last = state.lastNote, last.duration(to: now) < .seconds(10) { return false }
            state.lastNote = now
            return true
        }
        guard isDue else { return }
        Task { [reporter] in await reporter.warned("\(reason); trying again") }
    }
}
