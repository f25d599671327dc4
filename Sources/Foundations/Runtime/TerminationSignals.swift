internal import Glibc

/// The signals that ask a process to end: SIGTERM and SIGINT.
///
/// Blocking them and waiting with `sigwait` is not enough: the main thread of a program with an asynchronous `main` ends
/// up in libdispatch, which unblocks every signal there. So a handler takes them, and passes them on through a pipe.
public enum TerminationSignals {
    /// Keeps the signals from ending the process by themselves. To be called before any thread is started: threads, and
    /// the processes that they start, inherit that the signals are blocked.
    public static func hold() {
        signal(SIGPIPE, SIG_IGN)
        // Without a pipe the signals do what they do by themselves.
        guard signalPipe.write >= 0 else { return }
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGTERM, SIGINT] {
            sigaddset(&set, number)
            signal(number, passOn)
        }
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Waits for the first signal, and answers its number. A second one ends the process at once.
    @discardableResult
    public static func wait() async -> Int32 {
        await withCheckedContinuation { continuation in
            SystemThread {
                continuation.resume(returning: receive())
                _ = receive()
                _exit(1)
            }.detach()
        }
    }

    private static func receive() -> Int32 {
        var byte: UInt8 = 0
        while read(signalPipe.read, &byte, 1) < 0, errno == EINTR {}
        return Int32(byte)
    }
}

/// Made by `hold`, so that the handler never is the first to ask for it.
private let signalPipe: (read: Int32, write: Int32) = {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return (-1, -1) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
}()

/// May do only what is safe in a handler: write.
private func passOn(_ number: Int32) {
    let before = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(signalPipe.write, &byte, 1)
    errno = before
}
