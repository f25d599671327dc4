internal import Glibc

/// A thread of the operating system.
public struct SystemThread: Sendable {
    private let handle: pthread_t

    /// Starts a thread that runs `body` and ends.
    ///
    /// - Parameter niceness: how far the thread stands back if processors are short, from 0 to 19. Processes that it
    ///   starts inherit it.
    public init(niceness: Int32 = 0, running body: @escaping @Sendable () -> Void) {
        let content = ThreadBody {
            // On Linux this concerns the calling thread alone. A thread that is refused it does the same work.
            if niceness > 0 { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness) }
            body()
        }
        let argument = Unmanaged.passRetained(content).toOpaque()
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, runThreadBody, argument)
        precondition(code == 0, "the system refuses another thread")
        handle = thread
    }

    /// Blocks until the thread has ended; once only.
    public func join() { pthread_join(handle, nil) }

    /// Detaches the thread; it cannot be joined afterwards.
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
