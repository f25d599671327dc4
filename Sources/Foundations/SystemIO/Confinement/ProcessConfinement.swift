internal import CSystem
internal import Glibc

/// Restrictions that a process imposes on itself before it handles hostile bytes.
public enum ProcessConfinement {
    /// Ends with its parent, gains no rights, leaves no core, and holds few descriptors open.
    public static func begin() throws(SystemError) {
        try check("tie a process to its parent") { tintype_die_with_parent(SIGKILL) }
        try check("give up gaining rights") { tintype_drop_privilege_growth() }
        try limit(Int32(RLIMIT_CORE.rawValue), to: 0)
        try limit(Int32(RLIMIT_NOFILE.rawValue), to: 64)
        // A file that grows too large then fails its write, and does not end the process.
        signal(SIGXFSZ, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Bounds the address space, in bytes: allocations past it fail.
    public static func limitMemory(to bytes: UInt64) throws(SystemError) {
        try limit(Int32(RLIMIT_AS.rawValue), to: bytes)
    }

    /// Bounds each file written, in bytes.
    public static func limitFiles(to bytes: UInt64) throws(SystemError) {
        try limit(Int32(RLIMIT_FSIZE.rawValue), to: bytes)
    }

    /// Lets the process use so many more seconds of processor time; past them the system ends it.
    public static func limitProcessor(toFurther seconds: Int) throws(SystemError) {
        var usage = rusage()
        try check("read the processor time") { getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) }
        var bound = rlimit()
        try check("read a limit") { getrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &bound) }
        bound.rlim_cur = rlim_t(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + seconds + 1)
        try check("set a limit") { setrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &bound) }
    }

    /// The most memory that this process has held at once, in bytes.
    public static func peakMemory() -> Int64 {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        return Int64(usage.ru_maxrss) << 10
    }

    private static func limit(_ resource: Int32, to value: UInt64) throws(SystemError) {
        var bound = rlimit(rlim_cur: rlim_t(value), rlim_max: rlim_t(value))
        try check("set a limit") { setrlimit(__rlimit_resource_t(UInt32(resource)), &bound) }
    }
}
