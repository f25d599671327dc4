internal import Synchronization

/// A write that waits for its commit.
struct PendingWrite: Sendable {
    /// Runs the body, and returns what tells its caller of the success, for after the commit.
    let apply: @Sendable (SQLiteConnection) throws -> @Sendable () -> Void
    /// Tells the caller that nothing of it remains.
    let fail: @Sendable (any Error) -> Void
    let cancellation: Cancellation

    /// Set once, from any thread, when nobody waits for the write any more.
    final class Cancellation: Sendable {
        private let flag = Atomic(false)
        var isSet: Bool { flag.load(ordering: .acquiring) }
        func set() { flag.store(true, ordering: .releasing) }
    }
}
