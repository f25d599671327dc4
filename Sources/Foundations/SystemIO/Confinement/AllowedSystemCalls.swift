internal import Glibc

/// The system calls that decoders and encoders need, found by runs over a corpus of all formats and operations.
enum AllowedSystemCalls {
    /// Whatever their arguments are.
    static let always = memory + threads + times + identity + descriptors + names

    private static let memory = ["brk", "madvise", "mmap", "mprotect", "mremap", "munmap"]
    private static let threads = [
        "exit", "exit_group", "futex", "getcpu", "gettid", "membarrier", "restart_syscall", "rseq", "rt_sigaction",
        "rt_sigprocmask", "rt_sigreturn", "sched_getaffinity", "sched_yield", "set_robust_list", "sigaltstack",
    ]
    private static let times = [
        "clock_getres", "clock_gettime", "clock_nanosleep", "getrusage", "gettimeofday", "nanosleep", "time", "times",
    ]
    private static let identity = [
        "getcwd", "getegid", "geteuid", "getgid", "getpid", "getppid", "getrandom", "getuid", "sysinfo", "umask",
        "uname",
    ]
    private static let descriptors = [
        "close", "dup", "eventfd2", "fadvise64", "fstat", "fstatfs", "ftruncate", "lseek", "poll", "ppoll", "pread64",
        "preadv", "pwrite64", "pwritev", "read", "readv", "write", "writev",
    ]
    private static let names = [
        "access", "faccessat", "faccessat2", "getdents64", "lstat", "newfstatat", "readlink", "readlinkat", "stat",
        "statfs", "statx",
    ]

    /// Only on the socket of the process.
    static let onSocket = ["recvmsg", "sendmsg"]

    /// Commands of `fcntl`; others could have signals sent to another process.
    static let descriptorCommands = [F_GETFD, F_SETFD, F_GETFL, F_DUPFD, F_DUPFD_CLOEXEC]
}
