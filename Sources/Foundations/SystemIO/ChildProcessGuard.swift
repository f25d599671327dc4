internal import Glibc
internal import Runtime

extension ChildProcess {
    /// Makes sure that a process is reaped once, and not signalled after that: its number may then be another's.
    final class Guard: Sendable {
        private let processID: pid_t
        private let ending = Locked<Termination?>(nil)

        init(_ processID: pid_t) { self.processID = processID }

        func signal(_ signal: Int32) {
            ending.withLock { ending in
                if ending == nil { Glibc.kill(processID, signal) }
            }
        }

        func wait() -> Termination {
            // The process stays a zombie while its end is awaited, so a signal from another thread still finds it.
            var information = siginfo_t()
            while waitid(P_PID, id_t(processID), &information, WEXITED | WNOWAIT) == -1, errno == EINTR {}
            return ending.withLock { ending in
                if let ending { return ending }
                var status: Int32 = 0
                while waitpid(processID, &status, 0) == -1, errno == EINTR {}
                let signal = status & 0x7F
                let result: Termination = signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
                ending = result
                return result
            }
        }
    }
}
