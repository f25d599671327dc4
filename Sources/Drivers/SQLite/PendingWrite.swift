internal import Synchronization

/// A write in the queue or in the current commit.
struct PendingWrite: Sendable {
    /// Runs the body and returns a function that reports success to its caller, to be called after the commit.
    let apply: @Sendable (SQLiteConnection) throws -> @Sendable () -> Void
    /// Reports to the caller that nothing was changed.
    let fail: @Sendable (any Error) -> Void
    let cancellation: Cancellation

    /// A flag that any thread may set when the caller no longer waits for the write.
    final class Cancellation: Sendable {
        private let flag = Atomic(false)
        var isSet: Bool { flag.load(ordering: .acquiring) }
        func set() { flag.store(true, ordering: .releasing) }
    }
}
