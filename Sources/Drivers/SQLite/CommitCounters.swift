/// How much has been written since the database was opened.
public struct CommitCounters: Sendable, Hashable {
    /// Transactions, each of which was synced once.
    public private(set) var commits = 0
    /// The writes that were in them.
    public private(set) var writes = 0

    mutating func add(writes: Int) {
        guard writes > 0 else { return }
        commits += 1
        self.writes += writes
    }
}
