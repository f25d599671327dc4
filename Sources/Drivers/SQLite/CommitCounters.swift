/// The commits and writes since the database was opened.
public struct CommitCounters: Sendable, Hashable {
    /// Transactions, each with one sync.
    public private(set) var commits = 0
    /// The writes in these transactions.
    public private(set) var writes = 0

    mutating func add(writes: Int) {
        guard writes > 0 else { return }
        commits += 1
        self.writes += writes
    }
}
