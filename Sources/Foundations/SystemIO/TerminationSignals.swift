internal import CSystem
internal import Glibc
internal import Runtime

/// The signals that ask a process to end: SIGTERM and SIGINT.
///
/// They end the process at once, until `postpone` is called to end in order. Blocking them and waiting
/// with `sigwait` does not work: the main thread of a program with an asynchronous `main` runs libdispatch, which
/// unblocks every signal. So a handler receives them, and passes them on through a pipe.
public enum TerminationSignals {
    /// Takes the signals. To be called before any thread is started: threads, and the processes that they start,
    /// inherit that the signals are blocked, so that an interrupt typed at a terminal reaches this process alone.
    public static func hold() throws(SystemError) {
        signal(SIGPIPE, SIG_IGN)
        try check("take the signals that end a process") { tintype_hold_termination_signals() }
    }

    /// From now on the first signal does not end the process, but makes `wait` return. A second one ends the
    /// process at once.
    public static func postpone() { tintype_postpone_termination() }

    /// Waits for the postponed signal, and returns its number. To be called once.
    @discardableResult
    public static func wait() async -> Int32 {
        await withCheckedContinuation { continuation in
            SystemThread { continuation.resume(returning: tintype_receive_termination()) }.detach()
        }
    }
}
