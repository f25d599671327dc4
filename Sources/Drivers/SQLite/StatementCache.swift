/// Prepared statements that are not in use, by their text; the least recently used goes first.
///
/// A statement in use is not in the cache, so that a query may run within a scan of the same query.
final class StatementCache {
    private let capacity: Int
    private var statements: [String: (statement: Statement, used: UInt64)] = [:]
    private var clock: UInt64 = 0

    init(capacity: Int) { self.capacity = max(1, capacity) }

    /// Takes the statement of this text out; nil if none is kept.
    func take(_ sql: String) -> Statement? { statements.removeValue(forKey: sql)?.statement }

    /// Resets a statement and keeps it for its next use.
    func put(_ statement: Statement) {
        statement.reset()
        clock += 1
        statements[statement.sql] = (statement, clock)
        if statements.count > capacity, let oldest = statements.min(by: { $0.value.used < $1.value.used })?.key {
            statements.removeValue(forKey: oldest)
        }
    }

    /// Finalises all that are kept.
    func removeAll() { statements.removeAll() }
}
