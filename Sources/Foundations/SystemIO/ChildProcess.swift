internal import CSystem
internal import Glibc

/// A process that this one started, ended and reaped with its last reference.
public final class ChildProcess: Sendable {
    /// How a process ended.
    public enum Termination: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32)

        /// The system ended the process because it used up its processor time.
        public var isOutOfProcessorTime: Bool { self == .signalled(SIGXCPU) }
        /// The process aborted, as the C and GLib allocators do without memory.
        public var isAbort: Bool { self == .signalled(SIGABRT) || self == .signalled(SIGTRAP) }
    }

    /// The number under which the child finds its socket.
    public static let socketNumber: Int32 = 3

    public let processID: Int32
    private let ending: Guard

    /// Starts a program in a process group of its own, with nothing open but its socket, and `/dev/null` for the
    /// standard input, output and error, because libraries may print messages.
    ///
    /// - Parameters:
    ///   - executable: the path of the program.
    ///   - arguments: those after the program's name.
    ///   - environment: `NAME=value`; nothing is inherited, so that no secret is.
    ///   - socket: becomes descriptor 3 of the child. All others are closed there.
    public init(
        executable: String, arguments: [String], environment: [String], socket: FileDescriptor
    ) throws(SystemError) {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        // The socket first: its number might be 0 or 1.
        try Self.accept(posix_spawn_file_actions_adddup2(&actions, socket.number, Self.socketNumber))
        try Self.accept(posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0))
        try Self.accept(posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0))
        try Self.accept(posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0))
        // Libraries and whoever started this process may have left descriptors open that are not close-on-exec.
        try Self.accept(tintype_close_from(&actions, Self.socketNumber + 1))
        try Self.resetSignals(&attributes)
        processID = try Self.withStrings([executable] + arguments) { arguments throws(SystemError) in
            try Self.withStrings(environment) { environment throws(SystemError) in
                var child: pid_t = 0
                try Self.accept(posix_spawn(&child, executable, &actions, &attributes, arguments, environment))
                return child
            }
        }
        ending = Guard(processID)
    }

    deinit {
        kill()
        _ = wait()
    }

    /// Ends the process at once if it is still running.
    public func kill() { ending.signal(SIGKILL) }

    /// Waits until the process has ended, and returns how; may be called repeatedly.
    public func wait() -> Termination { ending.wait() }

    /// The child begins with no signal blocked and none ignored, in a process group of its own: an interrupt typed at a
    /// terminal is for the parent to handle.
    private static func resetSignals(_ attributes: inout posix_spawnattr_t) throws(SystemError) {
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        try accept(posix_spawnattr_setsigmask(&attributes, &none))
        try accept(posix_spawnattr_setsigdefault(&attributes, &all))
        try accept(posix_spawnattr_setpgroup(&attributes, 0))
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        try accept(posix_spawnattr_setflags(&attributes, Int16(flags)))
    }

    /// Checks a call that returns an error number.
    private static func accept(_ code: Int32) throws(SystemError) {
        if code != 0 { throw SystemError(code: code, "start a process") }
    }

    /// Lends texts as a list that ends with NULL.
    private static func withStrings<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) throws(SystemError) -> Result
    ) throws(SystemError) -> Result {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return try body(copies + [nil])
    }
}

/// The end of this process.
public enum ProcessEnd {
    /// Ends the process with an exit status, after flushing its output.
    ///
    /// Libraries do not run their cleanup (`_exit`, POSIX.1): it would release objects that running threads
    /// still use, and those would crash.
    public static func now(_ status: Int32) -> Never { tintype_end_process(status) }
}
