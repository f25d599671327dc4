/// Does the same thing once for all who ask for it at the same time.
public final class SingleFlight<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let flights = Locked<[Key: Task<Value, any Error>]>([:])

    public init() {}

    /// The value of `make`, which runs once for all callers of the key until it is done.
    ///
    /// The work is nobody's child: whoever leaves early takes nothing from the others, and what was begun is finished.
    public func run(_ key: Key, _ make: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let flight = flights.withLock { flights in
            if let flight = flights[key] { return flight }
            let flight = Task {
                defer { land(key) }
                return try await make()
            }
            flights[key] = flight
            return flight
        }
        return try await flight.value
    }

    private func land(_ key: Key) { flights.withLock { $0[key] = nil } }
}
