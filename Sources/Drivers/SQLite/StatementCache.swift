/// Prepared statements by their text. The least recently used one is evicted first.
///
/// A statement in use is not in the cache, so that a query can run within a scan of the same query.
final class StatementCache {
    private let capacity: Int
    private var statements: [String: (statement: Statement, used: UInt64)] = [:]
    private var clock: UInt64 = 0

    init(capacity: Int) { self.capacity = max(1, capacity) }

    /// Removes and returns the statement with this text; nil if it is not cached.
    func take(_ sql: String) -> Statement? { statements.removeValue(forKey: sql)?.statement }

    /// Resets a statement and caches it for its next use.
    func put(_ statement: Statement) {
        statement.reset()
        clock += 1
        statements[statement.sql] = (statement, clock)
        if statements.count > capacity, let oldest = statements.min(by: { $0.value.used < $1.value.used })?.key {
            statements.removeValue(forKey: oldest)
        }
    }

    /// Finalises all cached statements.
    func removeAll() { statements.removeAll() }
}
