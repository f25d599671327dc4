internal import CSeccomp
internal import Glibc

/// Refuses this process every system call that is not listed (seccomp).
///
/// A refused call fails with `EPERM`, because libraries try calls that they can do without.
struct SystemCallFilter {
    private let context: scmp_filter_ctx

    /// Imposes the filter on all threads of this process, for good.
    ///
    /// - Parameters:
    ///   - socket: the only socket through which messages may be sent and received.
    ///   - hasTemporaryFiles: whether the creation of a file is trapped, and answered with one of those prepared.
    /// - Returns: false if the kernel has no filters, and nothing is refused.
    static func impose(socket: Int32, hasTemporaryFiles: Bool) throws(SystemError) -> Bool {
        guard let context = seccomp_init(tintype_call_not_permitted) else {
            throw SystemError(code: ENOMEM, "make a filter of system calls")
        }
        defer { seccomp_release(context) }
        let filter = SystemCallFilter(context: context)
        try filter.allowCalls(socket: socket)
        if hasTemporaryFiles {
            try filter.add(tintype_call_trapped, "openat", [.bits(argument: 2, mask: O_CREAT, equal: O_CREAT)])
        }
        // glibc starts threads by clone, whose flags a filter can see, if there is no clone3.
        try filter.add(tintype_call_unknown, "clone3")
        // A kernel without filters knows neither the option nor the call.
        if seccomp_attr_set(context, SCMP_FLTATR_CTL_TSYNC, 1) == -EOPNOTSUPP { return false }
        let code = seccomp_load(context)
        if code == -ECANCELED || code == -EINVAL { return false }
        try accept(code)
        return true
    }

    private func allowCalls(socket: Int32) throws(SystemError) {
        for name in AllowedSystemCalls.always { try add(tintype_call_allowed, name) }
        for name in AllowedSystemCalls.onSocket { try add(tintype_call_allowed, name, [.equal(argument: 0, socket)]) }
        for command in AllowedSystemCalls.descriptorCommands {
            try add(tintype_call_allowed, "fcntl", [.equal(argument: 1, command)])
        }
        try add(tintype_call_allowed, "prctl", [.equal(argument: 0, tintype_set_thread_name)])
        // Of this process alone: others belong to the same user.
        try add(tintype_call_allowed, "prlimit64", [.equal(argument: 0, 0)])
        try add(tintype_call_allowed, "tgkill", [.equal(argument: 0, getpid())])
        // Threads, but no processes.
        let thread = tintype_clone_thread
        try add(tintype_call_allowed, "clone", [.bits(argument: 0, mask: thread, equal: thread)])
        let change = O_ACCMODE | O_CREAT | O_TRUNC
        try add(tintype_call_allowed, "open", [.bits(argument: 1, mask: change, equal: O_RDONLY)])
        try add(tintype_call_allowed, "openat", [.bits(argument: 2, mask: change, equal: O_RDONLY)])
    }

    /// Adds a rule for a call; nothing if this architecture or the library does not know it.
    private func add(
        _ action: UInt32, _ name: String, _ conditions: [scmp_arg_cmp] = []
    ) throws(SystemError) {
        let number = seccomp_syscall_resolve_name(name)
        if number == __NR_SCMP_ERROR { return }
        try Self.accept(
            seccomp_rule_add_array(context, action, number, UInt32(conditions.count), conditions))
    }

    /// Checks a call of the library, which returns a negative error number.
    private static func accept(_ code: Int32) throws(SystemError) {
        if code < 0 { throw SystemError(code: -code, "filter system calls") }
    }
}

extension scmp_arg_cmp {
    /// The kernel ignores the upper half of such an argument, so that the filter must do so, too.
    fileprivate static func equal(argument: UInt32, _ value: Int32) -> Self {
        bits(argument: argument, mask: -1, equal: value)
    }

    fileprivate static func bits(argument: UInt32, mask: Int32, equal value: Int32) -> Self {
        Self(
            arg: argument, op: SCMP_CMP_MASKED_EQ, datum_a: UInt64(UInt32(bitPattern: mask)),
            datum_b: UInt64(UInt32(bitPattern: value)))
    }
}
