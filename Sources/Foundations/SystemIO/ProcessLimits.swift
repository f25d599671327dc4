internal import Glibc

/// The limits of the system for this process.
public enum ProcessLimits {
    /// Raises the number of files that may be open to the most that is allowed without privilege.
    public static func raiseOpenFiles() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// How many files this process may have open at once.
    public static var openFiles: Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }

    /// How many files a process may have open at once after `raiseOpenFiles`.
    public static var maximumOpenFiles: Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_max)
    }

    /// Makes writes beyond the limit on the size of a file fail, instead of ending the process.
    public static func ignoreFileSizeSignal() { signal(SIGXFSZ, SIG_IGN) }

    /// How many processors this process may use.
    public static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Bytes of memory that this process has in use (resident).
    public static var residentBytes: Int64 {
        guard let file = try? FileDescriptor(reading: FilePath("/proc/self/statm")),
            let bytes = try? file.read(at: 0, count: 128)
        else { return 0 }
        let pages = String(decoding: bytes, as: UTF8.self).split(separator: " ").dropFirst().first.flatMap { Int64($0) }
        return (pages ?? 0) * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }
}
