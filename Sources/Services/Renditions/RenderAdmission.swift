internal import Domain
internal import Runtime

/// Lets renders begin when it is their turn, and while there are workers and memory for them. The others wait, or are
/// refused (docs/decisions/0038).
///
/// Clients share the time fairly, and so do the contents of a client, so that a thousand requests for one image do not
/// keep those for another waiting. Dear renders leave a worker to the others. Small renders overtake large ones that
/// there is no memory for, but only a limited number of times. The kept files of uploads do not wait for requests: they
/// have as many places of their own as there are workers.
public final class RenderAdmission: Sendable {
    private typealias Queue = RenderQueue<CheckedContinuation<Void, any Error>>

    /// What is under way.
    private struct Load {
        var renders = 0, dear = 0, heavy = 0, uploads = 0
        var bytes: Int64 = 0, dearBytes: Int64 = 0
        /// Of the renders that are not dear.
        var cheapSeconds = 0.0
    }

    private struct State {
        var load = Load()
        var queue = Queue()
        var lastID: UInt64 = 0
    }

    /// A render that takes more seconds of a processor is dear.
    static let dearSeconds = 0.5
    /// A render that takes at most so many seconds may begin while others use all workers, to be at hand for the next
    /// one.
    private static let shortSeconds = 0.1
    /// How many later renders may overtake one that waits for memory.
    private static let overtaking: UInt64 = 64

    private let budget: Int64
    private let workers: Int
    private let slots: Int
    private let maximumWaiting: Int
    private let maximumWaitingOfClient: Int
    private let maximumWaitingOfContent: Int
    private let maximumWait: Duration
    private let state = Locked(State())

    /// - Parameters:
    ///   - budget: the bytes that renders under way may need together. One that needs more runs alone.
    ///   - workers: how many worker processes there are, and so how many renders can be under way. All except one may
    ///     be dear, or need more than a quarter of the budget.
    ///   - slots: how many renders can be under way, from the start of their file until it is kept, if those beyond the
    ///     number of workers are short; nil for as many as there are workers. More slots keep the workers busy between
    ///     two renders.
    ///   - maximumWaiting: how many renders may wait; for one client half of that, and for one content of a client an
    ///     eighth, but at least 16 each.
    ///   - maximumWait: how long a render may wait.
    public init(
        budget: Int64, workers: Int, slots: Int? = nil, maximumWaiting: Int, maximumWait: Duration = .seconds(20)
    ) {
        (self.budget, self.workers, self.slots) = (budget, workers, slots ?? workers)
        (self.maximumWaiting, self.maximumWait) = (maximumWaiting, maximumWait)
        maximumWaitingOfClient = max(16, maximumWaiting / 2)
        maximumWaitingOfContent = max(16, maximumWaiting / 8)
    }

    /// How many renders wait, and the bytes of those under way.
    public var load: (waiting: Int, bytes: Int64) { state.withLock { ($0.queue.count, $0.load.bytes) } }

    /// Runs `body` when it is its turn and there is room for it.
    ///
    /// - Throws: `overloaded` if too many renders wait, or it took too long; `CancellationError`; what `body` throws.
    func withRoom<Result: Sendable>(
        for cost: RenderCost, of digest: Digest, client: RenderClient, _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        // The kept files of uploads are not made on request, so their memory does not count.
        let bytes = client == .uploads ? 0 : min(max(0, cost.bytes), budget)
        let render = Pending(
            client: client, digest: digest, cost: RenderCost(bytes: bytes, seconds: min(max(0, cost.seconds), 120)))
        try await enter(render)
        defer { leave(render) }
        return try await body()
    }

    /// The seconds until a render would be finished if it were asked for now.
    func estimatedSeconds(for cost: RenderCost, of digest: Digest, client: RenderClient) -> Double {
        state.withLock { state in
            let ahead = state.queue.secondsBefore(cost.seconds, of: client, digest) + state.load.cheapSeconds
            let hasWorker = state.queue.count == 0 && state.load.renders < workers
            return (hasWorker ? 0 : ahead / Double(max(1, workers - state.load.dear))) + cost.seconds
        }
    }

    private struct Pending {
        let client: RenderClient
        let digest: Digest
        let cost: RenderCost
    }

    private func enter(_ render: Pending) async throws {
        // The usual case, without a queue: nothing is allocated.
        if state.withLock({ $0.queue.count == 0 && beginNow(render, &$0) }) { return }
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let timeout = Task { [maximumWait] in
            // A job would have to be repeated.
            guard render.client != .uploads else { return }
            try await Task.sleep(for: maximumWait)
            expel(id, render, Self.overloaded)
        }
        defer { timeout.cancel() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                // One step, so that a render for which there is room never counts as waiting.
                let (refused, admitted) = state.withLock { state in
                    (append(render, id, continuation, &state), takeAdmitted(&state))
                }
                refused?.resume(throwing: Self.overloaded)
                for continuation in admitted { continuation.resume() }
                // Cancelled before it was in the queue: the cancellation handler has found nothing to remove.
                if Task.isCancelled { expel(id, render, CancellationError()) }
            }
        } onCancel: {
            expel(id, render, CancellationError())
        }
    }

    /// Queues a render. If the queue is full, it takes the place of the last one of the client that has most.
    ///
    /// - Returns: what is refused for it, if it is not itself.
    private func append(
        _ render: Pending, _ id: UInt64, _ continuation: CheckedContinuation<Void, any Error>, _ state: inout State
    ) -> CheckedContinuation<Void, any Error>? {
        let own = state.queue.count(of: render.client)
        guard own < maximumWaitingOfClient,
            state.queue.count(of: render.client, render.digest) < maximumWaitingOfContent
        else { return continuation }
        var refused: CheckedContinuation<Void, any Error>?
        if state.queue.count >= maximumWaiting {
            guard let last = state.queue.removeLast(ofClientWithMoreThan: own + 1) else { return continuation }
            refused = last.element
        }
        state.queue.append(
            Queue.Render(
                id: id, client: render.client, digest: render.digest, cost: render.cost, element: continuation))
        return refused
    }

    private func leave(_ render: Pending) {
        let admitted = state.withLock { state in
            state.queue.count(render.cost.seconds)
            count(render, -1, &state.load)
            return takeAdmitted(&state)
        }
        for continuation in admitted { continuation.resume() }
    }

    /// Takes the renders that there is room for out of the queue, in the order of their turns.
    private func takeAdmitted(_ state: inout State) -> [CheckedContinuation<Void, any Error>] {
        var admitted: [CheckedContinuation<Void, any Error>] = []
        while let next = state.queue.takeNext({ [load = state.load, lastID = state.lastID] in
            verdict($0.client, $0.cost, isOvertaken: lastID - $0.id > Self.overtaking, load)
        }) {
            count(Pending(client: next.client, digest: next.digest, cost: next.cost), 1, &state.load)
            admitted.append(next.element)
        }
        return admitted
    }

    private func beginNow(_ render: Pending, _ state: inout State) -> Bool {
        guard verdict(render.client, render.cost, isOvertaken: false, state.load) == .now else { return false }
        count(render, 1, &state.load)
        return true
    }

    private func verdict(
        _ client: RenderClient, _ cost: RenderCost, isOvertaken: Bool, _ load: Load
    ) -> Queue.Verdict {
        if client == .uploads { return load.uploads < workers ? .now : .later }
        let isShort = cost.seconds <= Self.shortSeconds
        guard load.renders < (isShort ? slots : min(workers, slots)) else { return .later }
        let others = max(1, workers - 1)
        guard !cost.isDear || load.dear < others, !isHeavy(cost) || load.heavy < others else { return .later }
        if load.bytes + cost.bytes <= budget || load.renders == 0 { return .now }
        // Nobody waits with it for a dear render to end.
        return isOvertaken && load.dearBytes + cost.bytes <= budget ? .first : .later
    }

    private func isHeavy(_ cost: RenderCost) -> Bool { cost.bytes > budget / 4 }

    /// Counts a render that begins (1) or ends (-1).
    private func count(_ render: Pending, _ change: Int, _ load: inout Load) {
        let cost = render.cost
        guard render.client != .uploads else {
            load.uploads += change
            return
        }
        load.renders += change
        load.bytes += Int64(change) * cost.bytes
        if isHeavy(cost) { load.heavy += change }
        if cost.isDear {
            load.dear += change
            load.dearBytes += Int64(change) * cost.bytes
        } else {
            load.cheapSeconds += Double(change) * cost.seconds
        }
    }

    private func expel(_ id: UInt64, _ render: Pending, _ error: any Error) {
        let expelled = state.withLock { $0.queue.remove(id, of: render.client, render.digest) }
        expelled?.element.resume(throwing: error)
    }

    private static let overloaded = ServiceError(
        .overloaded, "Too many renditions are being made: try again in a moment.")
}

extension RenderCost {
    /// Whether it takes so long that a worker has to be left to others.
    var isDear: Bool { seconds > RenderAdmission.dearSeconds }
}
