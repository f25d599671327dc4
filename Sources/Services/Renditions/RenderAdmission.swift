internal import Domain
internal import Runtime

/// Lets renders begin while there is memory for them. The others wait, or are refused.
///
/// Contents take turns, so that a thousand requests for one image do not keep those for another waiting. Small renders
/// overtake large ones that there is no memory for, but only a limited number of times.
public final class RenderAdmission: Sendable {
    private struct Waiter {
        let id: UInt64
        let bytes: Int64
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var bytesUnderWay: Int64 = 0
        var underWay = 0
        var heavy = 0
        /// The renders that wait, by content; and the contents in the order of their turns.
        var waiting: [Digest: [Waiter]] = [:]
        var turns: [Digest] = []
        var count = 0
        var lastID: UInt64 = 0
    }

    /// How many later renders may overtake one that waits for memory.
    private static let overtaking: UInt64 = 64

    private let budget: Int64
    private let workers: Int
    private let slots: Int
    private let maximumWaiting: Int
    private let maximumWaitingOfContent: Int
    private let maximumWait: Duration
    private let state = Locked(State())

    /// - Parameters:
    ///   - budget: the bytes that renders under way may need together. One that needs more runs alone.
    ///   - workers: how many worker processes there are. All except one may run renders that need more than a quarter
    ///     of the budget.
    ///   - slots: how many renders can be under way, from the start of their file until it is kept; nil for as many as
    ///     there are workers. More slots keep the workers busy between two renders.
    ///   - maximumWaiting: how many renders may wait; for one content an eighth of that, but at least 16.
    ///   - maximumWait: how long a render may wait.
    public init(
        budget: Int64, workers: Int, slots: Int? = nil, maximumWaiting: Int, maximumWait: Duration = .seconds(20)
    ) {
        (self.budget, self.workers, self.slots) = (budget, workers, slots ?? workers)
        (self.maximumWaiting, self.maximumWait) = (maximumWaiting, maximumWait)
        maximumWaitingOfContent = max(16, maximumWaiting / 8)
    }

    /// How many renders wait, and the bytes of those under way.
    public var load: (waiting: Int, bytes: Int64) { state.withLock { ($0.count, $0.bytesUnderWay) } }

    /// Runs `body` when there is room for it.
    ///
    /// - Throws: `overloaded` if too many renders wait, or it took too long; `CancellationError`; what `body` throws.
    func withRoom<Result: Sendable>(
        for bytes: Int64, of digest: Digest, _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        let bytes = min(max(0, bytes), budget)
        try await enter(bytes, digest)
        defer { leave(bytes) }
        return try await body()
    }

    private func enter(_ bytes: Int64, _ digest: Digest) async throws {
        // The usual case, without a queue: nothing is allocated.
        if state.withLock({ $0.count == 0 && admitsNow(bytes, &$0) }) { return }
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let timeout = Task { [maximumWait] in
            try await Task.sleep(for: maximumWait)
            expel(id, digest, Self.overloaded)
        }
        defer { timeout.cancel() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isAccepted = state.withLock { state in
                    guard state.count < maximumWaiting,
                        state.waiting[digest, default: []].count < maximumWaitingOfContent
                    else { return false }
                    if state.waiting[digest]?.isEmpty ?? true { state.turns.append(digest) }
                    state.waiting[digest, default: []].append(
                        Waiter(id: id, bytes: bytes, continuation: continuation))
                    state.count += 1
                    return true
                }
                guard isAccepted else { return continuation.resume(throwing: Self.overloaded) }
                // Cancelled before it was in the queue: the cancellation handler has found nothing to remove.
                if Task.isCancelled { expel(id, digest, CancellationError()) }
                admit()
            }
        } onCancel: {
            expel(id, digest, CancellationError())
        }
    }

    private func leave(_ bytes: Int64) {
        state.withLock { state in
            state.bytesUnderWay -= bytes
            state.underWay -= 1
            if isHeavy(bytes) { state.heavy -= 1 }
        }
        admit()
    }

    private func isHeavy(_ bytes: Int64) -> Bool { bytes > budget / 4 }

    /// Admits the renders that there is room for, one of each content in turn.
    private func admit() {
        let admitted = state.withLock { state in
            var admitted: [Waiter] = []
            while let next = takeNext(&state) { admitted.append(next) }
            return admitted
        }
        for waiter in admitted { waiter.continuation.resume() }
    }

    private func takeNext(_ state: inout State) -> Waiter? {
        guard state.underWay < slots else { return nil }
        for (index, digest) in state.turns.enumerated() {
            guard let waiter = state.waiting[digest]?.first else { continue }
            guard !isHeavy(waiter.bytes) || state.heavy < max(1, workers - 1) else { continue }
            guard fits(waiter.bytes, state) else {
                if state.lastID - waiter.id > Self.overtaking { return nil }
                continue
            }
            begin(waiter.bytes, &state)
            state.waiting[digest]?.removeFirst()
            state.turns.remove(at: index)
            if state.waiting[digest]?.isEmpty ?? true {
                state.waiting[digest] = nil
            } else {
                state.turns.append(digest)
            }
            state.count -= 1
            return waiter
        }
        return nil
    }

    private func admitsNow(_ bytes: Int64, _ state: inout State) -> Bool {
        guard state.underWay < slots, fits(bytes, state), !isHeavy(bytes) || state.heavy < max(1, workers - 1) else {
            return false
        }
        begin(bytes, &state)
        return true
    }

    private func fits(_ bytes: Int64, _ state: State) -> Bool {
        state.bytesUnderWay + bytes <= budget || state.underWay == 0
    }

    private func begin(_ bytes: Int64, _ state: inout State) {
        state.underWay += 1
        state.bytesUnderWay += bytes
        if isHeavy(bytes) { state.heavy += 1 }
    }

    private func expel(_ id: UInt64, _ digest: Digest, _ error: any Error) {
        let expelled = state.withLock { state -> Waiter? in
            guard let index = state.waiting[digest]?.firstIndex(where: { $0.id == id }) else { return nil }
            let waiter = state.waiting[digest]?.remove(at: index)
            if state.waiting[digest]?.isEmpty ?? true {
                state.waiting[digest] = nil
                state.turns.removeAll { $0 == digest }
            }
            state.count -= 1
            return waiter
        }
        expelled?.continuation.resume(throwing: error)
    }

    private static let overloaded = ServiceError(
        .overloaded, "Too many renditions are being made: try again in a moment.")
}
