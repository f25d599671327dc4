internal import SQL

/// One transaction of many writes: a savepoint each, so that one body's error undoes only that body, and one sync for all.
struct GroupCommit {
    private let connection: SQLiteConnection
    private var applied: [(write: PendingWrite, succeed: @Sendable () -> Void)] = []
    /// Why no transaction could be begun: the rest of the group need not wait for the same lock again.
    private var refusal: (any Error)?

    private init(_ connection: SQLiteConnection) { self.connection = connection }

    /// Runs the writes in their order, commits, and tells every caller.
    ///
    /// - Parameter note: is told how many writes were committed, before their callers are told.
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

    /// Undoes one write; if that is not possible, or SQLite has ended the transaction by itself, all of them.
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
        // A failed rollback leaves a transaction that the next group would notice; there is nothing more to undo with.
        if connection.isInTransaction { _ = try? connection.execute("ROLLBACK") }
    }
}
