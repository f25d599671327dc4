internal import Glibc

/// A thread of the operating system.
public struct SystemThread: Sendable {
    private let handle: pthread_t

    /// Starts a thread that runs `body` and ends.
    public init(running body: @escaping @Sendable () -> Void) {
        let argument = Unmanaged.passRetained(ThreadBody(body)).toOpaque()
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, runThreadBody, argument)
        precondition(code == 0, "the system refuses another thread")
        handle = thread
    }

    /// Blocks until the thread has ended; once only.
    public func join() { pthread_join(handle, nil) }

    /// Lets the thread go its own way; nobody joins it then.
    public func detach() { pthread_detach(handle) }
}

private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func runThreadBody(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
    return nil
}
