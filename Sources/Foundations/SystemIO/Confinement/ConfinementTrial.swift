internal import CSystem
internal import Glibc

/// Tries what code that has taken over this process would try, to show what the system refuses.
public struct ConfinementTrial: Hashable, Sendable, Codable {
    /// One attempt.
    public struct Attempt: Hashable, Sendable, Codable {
        /// In words, such as `read /etc/passwd`.
        public let deed: String
        /// The error number of the system, `EPERM` or `EACCES` if it has refused; nil if the attempt succeeded.
        public let code: Int32?
    }

    public let confinement: Confinement
    public let attempts: [Attempt]

    /// Tries everything once; nothing of it leaves a trace if it succeeds.
    ///
    /// - Parameter files: what to open, beside the memory of the parent.
    public static func run(in confinement: Confinement, files: [String]) -> ConfinementTrial {
        ConfinementTrial(
            confinement: confinement, attempts: opening(files) + sockets() + processes() + others(getppid()))
    }

    private static func opening(_ files: [String]) -> [Attempt] {
        let memory = "/proc/\(getppid())/mem"
        let reading = (files + [memory]).map { path in
            attempt("read \(path)") { closing(open(path, O_RDONLY | O_CLOEXEC)) }
        }
        let writing = (files + [memory]).map { path in
            attempt("write \(path)") { closing(open(path, O_WRONLY | O_CLOEXEC)) }
        }
        let name = "/tmp/tintype-trial-\(getpid())"
        let creation = attempt("create a file") { closing(open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)) }
        if creation.code == nil { unlink(name) }
        return reading + writing + [creation]
    }

    private static func sockets() -> [Attempt] {
        let families = [("IPv4", AF_INET), ("IPv6", AF_INET6), ("Unix", AF_UNIX), ("netlink", AF_NETLINK)]
        return families.map { name, family in
            attempt("open a socket: \(name)") {
                closing(socket(family, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
            }
        }
    }

    private static func processes() -> [Attempt] {
        [
            attempt("start a process") { tintype_try_to_fork() },
            attempt("execute a program") { tintype_try_to_execute("/proc/self/exe") },
        ]
    }

    private static func others(_ parent: pid_t) -> [Attempt] {
        [
            // Signal 0 only asks whether another would be delivered.
            attempt("signal the parent") { kill(parent, 0) },
            attempt("read the memory of the parent") {
                withUnsafePointer(to: parent) { tintype_try_to_read_memory(parent, $0) }
            },
        ]
    }

    private static func attempt(_ deed: String, _ call: () -> Int32) -> Attempt {
        Attempt(deed: deed, code: call() == -1 ? errno : nil)
    }

    /// The same number, whose descriptor is closed.
    private static func closing(_ descriptor: Int32) -> Int32 {
        if descriptor != -1 { close(descriptor) }
        return descriptor
    }
}
