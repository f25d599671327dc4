internal import CSystem
internal import Glibc

/// Restrictions that a process imposes on itself before it handles hostile bytes (docs/decisions/0039).
public enum ProcessConfinement {
    /// Where temporary files of libraries are.
    private static let temporaryFolder = "/tmp"

    /// Gives up files, the network and all rights; ends with its parent, leaves no core, and holds few descriptors open.
    ///
    /// It comes before any other thread is started.
    ///
    /// - Parameters:
    ///   - readable: files and folders that may still be read.
    ///   - needsTemporaryFiles: whether libraries may create temporary files, which then have no names.
    /// - Returns: what holds. Libraries can be initialised now; `filterCalls` is still missing.
    public static func begin(readable: [String], needsTemporaryFiles: Bool) throws(SystemError) -> Confinement {
        var result = Confinement()
        if needsTemporaryFiles { tintype_prepare_temporary_files(temporaryFolder) }
        // A user other than root may not be allowed to: then system calls are filtered, but the network is shared.
        result.hasOwnNetwork = tintype_leave_namespaces() == 0
        // Root's files are root's even without capabilities. With Landlock, libraries may lie where only root can reach them.
        result.isAnotherUser = !Landlock.isAvailable && geteuid() == 0 && tintype_become_nobody() == 0
        try check("give up capabilities") { tintype_drop_capabilities() }
        try check("tie a process to its parent") { tintype_die_with_parent(SIGKILL) }
        try check("give up gaining rights") { tintype_drop_privilege_growth() }
        try limit(Int32(RLIMIT_CORE.rawValue), to: 0)
        try limit(Int32(RLIMIT_NOFILE.rawValue), to: 64)
        // A file that grows too large then fails its write, and does not end the process.
        signal(SIGXFSZ, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
        result.landlock = try Landlock.restrict(readable: readable)
        return result
    }

    /// Refuses all system calls that are not needed, once the libraries are initialised, before the first message.
    ///
    /// - Parameter socket: the only one that may be used.
    public static func filterCalls(
        socket: DescriptorSocket, hasTemporaryFiles: Bool, _ confinement: inout Confinement
    ) throws(SystemError) {
        confinement.hasSystemCallFilter = try SystemCallFilter.impose(
            socket: socket.descriptor.number, hasTemporaryFiles: hasTemporaryFiles)
    }

    /// Empties the temporary files of libraries between two tasks, so that they can be used again.
    public static func recycleTemporaryFiles() { tintype_recycle_temporary_files() }

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
