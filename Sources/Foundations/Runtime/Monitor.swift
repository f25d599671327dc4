internal import Glibc

/// A value behind a lock, with threads that can wait for it to change.
///
/// For blocking threads only: a task must never wait here.
public final class Monitor<Value>: @unchecked Sendable {
    // Sound to share: `value` is touched only while `mutex` is held, and both system objects stay at one address from
    // `init` to `deinit`.
    private var value: Value
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    public init(_ value: sending Value) {
        self.value = value
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// What a waiting thread does next.
    public enum Decision<Taken> {
        case take(Taken)
        case wait
        case stop
    }

    /// Runs `body` with the value. The body must not wait and must not call out.
    public func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }

    /// Blocks this thread until `decide` takes something or stops (then the answer is nil).
    public func waitAndTake<Taken>(_ decide: (inout Value) -> Decision<Taken>) -> Taken? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            switch decide(&value) {
            case .take(let taken): return taken
            case .stop: return nil
            case .wait: pthread_cond_wait(changed, mutex)
            }
        }
    }

    public func wakeOne() { pthread_cond_signal(changed) }
    public func wakeAll() { pthread_cond_broadcast(changed) }
}
