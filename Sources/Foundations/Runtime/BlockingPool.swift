internal import Synchronization

/// More work than a pool's queue may hold: try again later.
public struct PoolOverloaded: Error {
    /// The pool's name, for logs.
    public let pool: String
}

/// A fixed number of threads for calls that block, each with a resource of its own (a connection, a child process).
///
/// Swift's cooperative threads must never block, so every blocking call of the project runs on one of these pools. Work
/// waits in a queue of bounded length, first come first served; past the bound `run` throws `PoolOverloaded` at once.
public final class BlockingPool<Resource>: Sendable {
    /// What the threads take from. `finish` runs on the caller of `close` if no thread takes the work any more.
    private struct Work: Sendable {
        let perform: @Sendable (inout Resource) -> Void
        let abandon: @Sendable () -> Void
    }

    private struct State {
        var waiting: Deque<Work> = Deque()
        var isClosed = false
        var threads: [SystemThread] = []
        var busy = 0
    }

    private let name: String
    private let capacity: Int
    private let niceness: Int32
    private let state: Monitor<State>
    private let make: @Sendable () -> Resource

    /// Starts `threads` threads, of which each makes its own resource before its first work.
    ///
    /// - Parameters:
    ///   - name: names the pool in errors.
    ///   - threads: at least 1.
    ///   - queue: how much work may wait, at least 1.
    ///   - niceness: how far the threads stand back if processors are short; see `SystemThread`.
    ///   - make: runs once on each thread; the resource is dropped on that thread when the pool closes.
    public init(
        name: String, threads: Int, queue: Int, niceness: Int32 = 0, make: @escaping @Sendable () -> Resource
    ) {
        self.name = name
        self.niceness = niceness
        self.capacity = max(1, queue)
        self.make = make
        state = Monitor(State())
        for _ in 0..<max(1, threads) { startThread() }
    }

    /// How much work waits, and how many threads are at work.
    public var load: (waiting: Int, busy: Int) { state.withLock { ($0.waiting.count, $0.busy) } }

    /// Runs `body` on one of the threads, and waits for it without blocking.
    ///
    /// Work that is cancelled while it waits is not begun.
    /// - Throws: what `body` throws; `PoolOverloaded` if the queue is full; `CancellationError`.
    public func run<Result: Sendable>(
        _ body: @escaping @Sendable (inout Resource) throws -> Result
    ) async throws -> Result {
        let cancelled = Flag()
        // If the work is done before the continuation is awaited, the runtime hands the result over in a way that the
        // thread sanitizer does not see. This one it sees.
        let done = Flag()
        defer { _ = done.isSet }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Result, any Error>) in
                let work = Work(
                    perform: { resource in
                        if cancelled.isSet {
                            continuation.resume(throwing: CancellationError())
                        } else {
                            let result = Swift.Result { try body(&resource) }
                            done.set()
                            continuation.resume(with: result)
                        }
                    },
                    abandon: { continuation.resume(throwing: CancellationError()) })
                if !submit(work) { continuation.resume(throwing: PoolOverloaded(pool: name)) }
            }
        } onCancel: {
            cancelled.set()
        }
    }

    /// Takes no more work, abandons what waits, lets what runs finish, and waits for the threads to end.
    public func close() async {
        let (abandoned, threads) = state.withLock { state in
            state.isClosed = true
            defer { (state.waiting, state.threads) = (Deque(), []) }
            return (state.waiting, state.threads)
        }
        state.wakeAll()
        for work in abandoned { work.abandon() }
        // Joining blocks, and there is no pool left to do it on: a thread of its own waits for the others.
        await withCheckedContinuation { continuation in
            SystemThread {
                for thread in threads { thread.join() }
                continuation.resume()
            }.detach()
        }
    }

    private func submit(_ work: Work) -> Bool {
        let accepted = state.withLock { state in
            guard !state.isClosed, state.waiting.count < capacity else { return false }
            state.waiting.append(work)
            return true
        }
        if accepted { state.wakeOne() }
        return accepted
    }

    private func startThread() {
        let thread = SystemThread(niceness: niceness) { [state, make] in
            var resource = make()
            while let work = state.waitAndTake({ state in
                if let work = state.waiting.popFirst() {
                    state.busy += 1
                    return .take(work)
                }
                return state.isClosed ? .stop : .wait
            }) {
                work.perform(&resource)
                state.withLock { $0.busy -= 1 }
            }
        }
        state.withLock { $0.threads.append(thread) }
    }
}

extension BlockingPool where Resource == Void {
    /// A pool whose threads need no resource.
    public convenience init(name: String, threads: Int, queue: Int, niceness: Int32 = 0) {
        self.init(name: name, threads: threads, queue: queue, niceness: niceness, make: {})
    }

    /// Runs `body` on one of the threads, and waits for it without blocking.
    public func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await run { (_: inout Void) in try body() }
    }
}

/// A flag that is set once, from any thread.
private final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
}
