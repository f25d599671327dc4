internal import SQL
internal import Synchronization

/// A transaction of many writes with one sync. Each has a savepoint, so that an error undoes only its own body.
struct GroupCommit {
    private let connection: SQLiteConnection
    private var applied: [(write: PendingWrite, succeed: @Sendable () -> Void)] = []
    /// Why the transaction could not begin. The rest of the group does not wait for the same lock again.
    private var refusal: (any Error)?

    private init(_ connection: SQLiteConnection) { self.connection = connection }

    /// Runs the writes in their order, commits, and reports to every caller.
    ///
    /// - Parameter note: receives the number of committed writes before the callers are told.
    static func run(_ writes: [PendingWrite], on connection: SQLiteConnection, note: (Int) -> Void) {
        var group = GroupCommit(connection)
        for write in writes { group.apply(write) }
        group.commit(note)
    }

    private mutating func apply(_ write: PendingWrite) {
        if write.cancellation.isSet { return write.fail(CancellationError()) }
        if !connection.isInTransaction { begin() }
        if let refusal { return write.fail(refusal) }
        do {
            try connection.execute("SAVEPOINT body")
            let succeed = try write.apply(connection)
            try connection.execute("RELEASE body")
            applied.append((write, succeed))
        } catch {
            undo(write, error)
        }
    }

    private mutating func begin() {
        do {
            try connection.execute("BEGIN IMMEDIATE")
        } catch {
            refusal = error
        }
    }

    /// Undoes one write, or all of them if that is not possible or SQLite has ended the transaction.
    private mutating func undo(_ write: PendingWrite, _ error: any Error) {
        do {
            if connection.isInTransaction {
                try connection.execute("ROLLBACK TO body")
                try connection.execute("RELEASE body")
            } else {
                failAll(error)
            }
        } catch {
            rollBack()
            failAll(error)
        }
        write.fail(error)
    }

    private mutating func commit(_ note: (Int) -> Void) {
        guard !applied.isEmpty else { return rollBack() }
        do {
            try connection.execute("COMMIT")
        } catch {
            rollBack()
            return failAll(error)
        }
        note(applied.count)
        for (_, succeed) in applied { succeed() }
    }

    private mutating func failAll(_ error: any Error) {
        for (write, _) in applied { write.fail(error) }
        applied = []
    }

    private func rollBack() {
        // Nothing more can be done if the rollback fails. The next group will report the open transaction.
        if connection.isInTransaction { _ = try? connection.execute("ROLLBACK") }
    }
}

/// A write in the queue or in the current commit.
struct PendingWrite: Sendable {
    /// Runs the body and returns a function that reports success to its caller, to be called after the commit.
    let apply: @Sendable (SQLiteConnection) throws -> @Sendable () -> Void
    /// Reports to the caller that nothing was changed.
    let fail: @Sendable (any Error) -> Void
    let cancellation: Cancellation
    /// Whether no other write may be in its transaction.
    let isAlone: Bool

    /// A flag that any thread may set when the caller no longer waits for the write.
    final class Cancellation: Sendable {
        private let flag = Atomic(false)
        var isSet: Bool { flag.load(ordering: .acquiring) }
        func set() { flag.store(true, ordering: .releasing) }
    }
}

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
