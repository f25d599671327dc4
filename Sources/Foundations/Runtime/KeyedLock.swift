/// Lets one task at a time work on each key; the others wait in the order of their coming.
public final class KeyedLock<Key: Hashable & Sendable>: Sendable {
    /// The waiting tasks of each held key; a free key has no entry.
    private let waiting = Locked<[Key: [CheckedContinuation<Void, Never>]]>([:])

    public init() {}

    /// Runs `body` while no other body runs for the same key.
    ///
    /// Not reentrant: a body that asks for its own key again waits forever.
    public func withLock<Result: Sendable>(
        _ key: Key, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
    ) async rethrows -> Result {
        await acquire(key)
        defer { release(key) }
        return try await body()
    }

    /// Runs `body` while no other body runs for any of the keys, which every caller must order in the same way.
    ///
    /// - Parameter keys: without duplicates; they are locked one after the other.
    public func withLocks<Result: Sendable>(
        _ keys: [Key], isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
    ) async rethrows -> Result {
        for key in keys { await acquire(key) }
        defer { for key in keys { release(key) } }
        return try await body()
    }

    private func acquire(_ key: Key) async {
        await withCheckedContinuation { continuation in
            let isFree = waiting.withLock { waiting in
                guard waiting[key] != nil else {
                    waiting[key] = []
                    return true
                }
                waiting[key]?.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func release(_ key: Key) {
        let next = waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
            guard var queue = waiting[key], !queue.isEmpty else {
                waiting[key] = nil
                return nil
            }
            let first = queue.removeFirst()
            waiting[key] = queue
            return first
        }
        next?.resume()
    }
}
