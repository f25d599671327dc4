internal import Domain
internal import Runtime
public import SystemIO

/// What a run has done, is doing and has yet to do: kept by those who work, read by those who show it.
public final class RunProgress: Sendable {
    /// A file on its way.
    public struct Active: Sendable {
        public let path: FilePath
        public let bytes: Int64
        public internal(set) var done: Int64
    }

    /// All of it, at one moment.
    public struct Snapshot: Sendable {
        public internal(set) var tally = Tally()
        /// By their tickets, so that each keeps its place.
        public internal(set) var active: [Int: Active] = [:]
        public internal(set) var foundFiles = 0
        public internal(set) var foundBytes: Int64 = 0
        /// Bytes of files that are done with, in whichever way.
        public internal(set) var finishedBytes: Int64 = 0
        /// Whether all files have been found.
        public internal(set) var isWalkOver = false

        /// Bytes sent or received, of files that are done and of those on their way.
        public var movedBytes: Int64 { active.values.reduce(tally.bytes) { $0 + $1.done } }

        /// Files that were found and are not done with.
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

    /// Notes that a file is on its way; `end` is to be called with the ticket.
    func begin(_ path: FilePath, bytes: Int64) -> Int {
        state.withLock { state in
            state.nextTicket += 1
            state.snapshot.active[state.nextTicket] = Active(path: path, bytes: bytes, done: 0)
            return state.nextTicket
        }
    }

    func advance(_ ticket: Int, to bytes: Int64) { state.withLock { $0.snapshot.active[ticket]?.done = bytes } }

    func end(_ ticket: Int) { state.withLock { _ = $0.snapshot.active.removeValue(forKey: ticket) } }

    /// Notes what became of a file, and tells of it.
    func finish(_ outcome: Outcome, _ path: FilePath, digest: Digest? = nil, bytes: Int64 = 0) async throws {
        state.withLock { state in
            state.snapshot.tally.add(outcome, bytes: bytes)
            state.snapshot.finishedBytes += bytes
        }
        try await reporter.finished(FileEvent(path: path, outcome: outcome, digest: digest, bytes: bytes))
    }

    /// Tells of something that concerns the whole run.
    func warn(_ text: String) async { await reporter.warned(text) }

    /// Tells that the server is waited for: once in a while, however many requests wait.
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
