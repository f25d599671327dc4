public import Glibc

/// A value behind a lock.
///
/// The system's mutex, rather than the standard library's: the thread sanitizer knows it, and so sees what is
/// protected.
public struct Locked<Value>: @unchecked Sendable {
    // Sound to share: the value came in disconnected from everything else, and is touched only while the mutex is held.
    @usableFromInline let storage: ManagedBuffer<Value, pthread_mutex_t>

    public init(_ value: consuming sending Value) {
        let storage = LockedStorage<Value>.create(minimumCapacity: 1) { [value] _ in value }
        storage.withUnsafeMutablePointerToElements { mutex in _ = pthread_mutex_init(mutex, nil) }
        self.storage = storage
    }

    /// Runs `body` with the value. The body must not wait, and must not call out.
    ///
    /// Inlined, since the compiler makes a version for each type of value only within a module otherwise, and a call
    /// through the general one costs more than the lock itself.
    @inlinable
    public func withLock<Result, Failure>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        storage.withUnsafeMutablePointerToElements { mutex in _ = pthread_mutex_lock(mutex) }
        defer { storage.withUnsafeMutablePointerToElements { mutex in _ = pthread_mutex_unlock(mutex) } }
        return try body(&storage.header)
    }
}

/// The value and its mutex, in one allocation.
private final class LockedStorage<Value>: ManagedBuffer<Value, pthread_mutex_t> {
    deinit { withUnsafeMutablePointerToElements { mutex in _ = pthread_mutex_destroy(mutex) } }
}
