/// Values kept for a while: when there are too many, the one that was used longest ago goes.
///
/// A value that was looked up before something changed, and arrives after, must not be kept: take `generation` before
/// the look-up, and hand it to `insert`.
public final class BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    @usableFromInline
    struct Entry {
        @usableFromInline let value: Value
        @usableFromInline var used: UInt64
    }

    @usableFromInline
    struct State {
        @usableFromInline var entries: [Key: Entry] = [:]
        @usableFromInline var clock: UInt64 = 0
        var generation: UInt64 = 0
    }

    private let capacity: Int
    @usableFromInline let state = Locked(State())

    /// - Parameter capacity: how many values are kept, at least 16.
    public init(capacity: Int) { self.capacity = max(16, capacity) }

    /// Changes whenever a value is removed.
    public var generation: UInt64 { state.withLock(\.generation) }

    public var count: Int { state.withLock { $0.entries.count } }

    // Inlined, so that keys are hashed and compared by code for their own type.
    @inlinable
    public subscript(key: Key) -> Value? {
        state.withLock { state in
            state.clock += 1
            let clock = state.clock
            guard let index = state.entries.index(forKey: key) else { return nil }
            state.entries.values[index].used = clock
            return state.entries.values[index].value
        }
    }

    /// Keeps a value, unless something was removed since the generation was taken.
    public func insert(_ value: Value, for key: Key, since generation: UInt64) {
        state.withLock { state in
            guard state.generation == generation else { return }
            state.clock += 1
            state.entries[key] = Entry(value: value, used: state.clock)
            if state.entries.count > capacity { Self.evict(&state, to: capacity - capacity / 8) }
        }
    }

    public func remove(where isStale: (Key, Value) -> Bool) {
        state.withLock { state in
            state.generation += 1
            state.entries = state.entries.filter { !isStale($0.key, $0.value.value) }
        }
    }

    public func remove(_ keys: [Key]) {
        state.withLock { state in
            state.generation += 1
            for key in keys { state.entries[key] = nil }
        }
    }

    /// An eighth goes at once, so that the sorting is rare.
    private static func evict(_ state: inout State, to count: Int) {
        let oldest = state.entries.sorted { $0.value.used < $1.value.used }.prefix(state.entries.count - count)
        for (key, _) in oldest { state.entries[key] = nil }
    }
}
