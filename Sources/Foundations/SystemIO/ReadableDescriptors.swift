internal import CSystem
internal import Glibc

/// Descriptors of which a thread is told that they can be read, have ended, or have an error (epoll(7)).
public final class ReadableDescriptors: Sendable {
    private static let maximumCount = 64

    private let set: FileDescriptor
    private let event: FileDescriptor

    /// - Throws: `SystemError` if the system has no more descriptors.
    public init() throws(SystemError) {
        set = FileDescriptor(owning: try check("make a set of descriptors") { tintype_readiness_open() })
        event = FileDescriptor(owning: try check("make an event") { tintype_event_open() })
        try add(event.number)
    }

    /// Adds an open descriptor, which must be removed before it is closed.
    public func add(_ descriptor: Int32) throws(SystemError) {
        try check("wait for a descriptor") { tintype_readiness_add(set.number, descriptor) }
    }

    /// Removes a descriptor; does nothing if it is not there.
    public func remove(_ descriptor: Int32) { _ = tintype_readiness_remove(set.number, descriptor) }

    /// Blocks until some of them are ready, or `wake` was called: then the list may be empty. A descriptor is listed
    /// again and again while it is ready.
    public func wait() -> [Int32] {
        var ready = [Int32](repeating: -1, count: Self.maximumCount)
        let count = tintype_readiness_wait(set.number, &ready, Int32(ready.count))
        return ready.prefix(Int(max(0, count))).filter { $0 != event.number }
    }

    /// Has this `wait`, and all that follow, return at once.
    public func wake() {
        var one: UInt64 = 1
        // It fails only if it was written to before.
        _ = write(event.number, &one, MemoryLayout.size(ofValue: one))
    }
}
