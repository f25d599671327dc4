internal import Domain
internal import Runtime

/// Lets one request at a time work on a resumable upload: a later one ends the earlier one, waits until that has put away
/// what it has, and then takes its place. Whoever is between the two is passed over.
final class UploadTurns: Sendable {
    struct Entry {
        /// The number of the latest request.
        var latest: UInt64
        /// How many requests work, or wait.
        var count = 0
        /// Ends the receiving of the one that works.
        var interrupt: (@Sendable () -> Void)?
    }

    struct State {
        var entries: [UploadID: Entry] = [:]
        var lastNumber: UInt64 = 0
    }

    private let locks = KeyedLock<UploadID>()
    let state = Locked(State())

    /// The turn of one request.
    struct Turn: Sendable {
        fileprivate let turns: UploadTurns
        fileprivate let id: UploadID
        fileprivate let number: UInt64

        /// Runs a body that a later request cancels, as the end of the task does.
        ///
        /// - Returns: what the body throws, if it does.
        func receive(_ body: @escaping @Sendable () async throws -> Void) async -> Result<Void, any Error> {
            let task = Task { await Result { try await body() } }
            turns.begin(self, interrupt: { task.cancel() })
            defer { turns.begin(self, interrupt: nil) }
            return await withTaskCancellationHandler {
                await task.value
            } onCancel: {
                task.cancel()
            }
        }

        /// Whether a later request waits for its turn.
        var isSuperseded: Bool { turns.isSuperseded(self) }
    }

    /// Runs a body when it is its turn.
    ///
    /// - Throws: `ServiceError` with `superseded` if a later request came while it waited; what `body` throws.
    func withTurn<Value: Sendable>(_ id: UploadID, _ body: (Turn) async throws -> Value) async throws -> Value {
        let (turn, interrupt) = state.withLock { state in
            state.lastNumber += 1
            let number = state.lastNumber
            var entry = state.entries[id] ?? Entry(latest: number)
            (entry.latest, entry.count) = (number, entry.count + 1)
            state.entries[id] = entry
            return (Turn(turns: self, id: id, number: number), entry.interrupt)
        }
        interrupt?()
        defer { leave(id) }
        return try await locks.withLock(id) {
            guard !isSuperseded(turn) else { throw ServiceError.superseded }
            return try await body(turn)
        }
    }

    /// Notes what ends the receiving of a turn. If a later request has come before, it ends at once.
    private func begin(_ turn: Turn, interrupt: (@Sendable () -> Void)?) {
        let isLate = state.withLock { state in
            state.entries[turn.id]?.interrupt = interrupt
            return state.entries[turn.id]?.latest != turn.number
        }
        if isLate { interrupt?() }
    }

    private func isSuperseded(_ turn: Turn) -> Bool {
        state.withLock { $0.entries[turn.id]?.latest != turn.number }
    }

    private func leave(_ id: UploadID) {
        state.withLock { state in
            state.entries[id]?.count -= 1
            if state.entries[id]?.count == 0 { state.entries[id] = nil }
        }
    }
}

extension ServiceError {
    static let superseded = ServiceError(.superseded, "A later request continues this upload.")
}
