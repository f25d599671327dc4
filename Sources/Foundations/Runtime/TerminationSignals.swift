internal import Glibc

/// The signals that ask a process to end: SIGTERM and SIGINT.
public enum TerminationSignals {
    /// Keeps the signals from ending the process by themselves. To be called before any thread is started, for threads
    /// inherit it.
    public static func hold() {
        var set = signals
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Waits for the first signal. A second one ends the process at once.
    public static func wait() async {
        await withCheckedContinuation { continuation in
            SystemThread {
                receive()
                continuation.resume()
                receive()
                _exit(1)
            }.detach()
        }
    }

    private static func receive() {
        var set = signals
        var number: Int32 = 0
        while sigwait(&set, &number) != 0 {}
    }

    private static var signals: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        return set
    }
}
