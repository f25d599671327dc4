/// Does the same thing once for all who ask for it at the same time. Whoever is cancelled takes nothing from the
/// others.
public final class SingleFlight<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private typealias Waiter = CheckedContinuation<Value, any Error>

    private struct Flight {
        let id: UInt64
        let task: Task<Void, Never>
        var waiters: [UInt64: Waiter] = [:]
    }

    private struct State {
        var flights: [Key: Flight] = [:]
        var lastID: UInt64 = 0

        mutating func nextID() -> UInt64 {
            lastID += 1
            return lastID
        }
    }

    private let state = Locked(State())
    private let endsWhenAllLeave: Bool

    /// - Parameter endsWhenAllLeave: whether callers that are cancelled leave at once, and the work is cancelled with
    ///   the last of them; otherwise what was begun is finished, and waited for.
    public init(endsWhenAllLeave: Bool = false) { self.endsWhenAllLeave = endsWhenAllLeave }

    /// The value of `make`, which runs once for all callers of the key until it is done.
    ///
    /// - Throws: what `make` throws; `CancellationError` for a caller that has left.
    public func run(_ key: Key, _ make: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let id = state.withLock { $0.nextID() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                state.withLock { state in
                    if state.flights[key] == nil { state.flights[key] = begin(key, id: state.nextID(), make) }
                    state.flights[key]?.waiters[id] = waiter
                }
                // Cancelled before it waited: nothing would resume it.
                if Task.isCancelled { leave(key, id) }
            }
        } onCancel: {
            leave(key, id)
        }
    }

    private func begin(_ key: Key, id: UInt64, _ make: @escaping @Sendable () async throws -> Value) -> Flight {
        let task = Task {
            let result: Result<Value, any Error>
            do { result = .success(try await make()) } catch { result = .failure(error) }
            land(key, id, result)
        }
        return Flight(id: id, task: task)
    }

    private func land(_ key: Key, _ id: UInt64, _ result: Result<Value, any Error>) {
        let waiters = state.withLock { state -> [Waiter] in
            // Those who came after all had left wait for a flight of their own.
            guard let flight = state.flights[key], flight.id == id else { return [] }
            state.flights[key] = nil
            return Array(flight.waiters.values)
        }
        for waiter in waiters { waiter.resume(with: result) }
    }

    private func leave(_ key: Key, _ id: UInt64) {
        guard endsWhenAllLeave else { return }
        let (waiter, abandoned) = state.withLock { state -> (Waiter?, Task<Void, Never>?) in
            guard let waiter = state.flights[key]?.waiters.removeValue(forKey: id) else { return (nil, nil) }
            guard let flight = state.flights[key], flight.waiters.isEmpty else { return (waiter, nil) }
            state.flights[key] = nil
            return (waiter, flight.task)
        }
        waiter?.resume(throwing: CancellationError())
        abandoned?.cancel()
    }
}

extension Result where Failure == any Error {
    /// What an asynchronous body answers or throws, so that something can be done after it in either case.
    public init(isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
