internal import CSystem
internal import Glibc

/// Denies this process all access to files by their names, except reading what is listed (Linux's Landlock).
///
/// Open descriptors keep what they allow. Sizes and names of files can still be seen.
enum Landlock {
    /// Whether the kernel has it.
    static var isAvailable: Bool { tintype_landlock_version() > 0 }

    /// Imposes the rules on this thread, and on those that it starts.
    ///
    /// - Parameter readable: files and folders; those that do not exist are left out.
    /// - Returns: the version of the kernel's interface; nil if it has none, and nothing is denied.
    static func restrict(readable: [String]) throws(SystemError) -> Int? {
        let version = tintype_landlock_version()
        guard version > 0 else { return nil }
        let rules = FileDescriptor(
            owning: try check("make rules for files") { tintype_landlock_begin(version) })
        for path in readable where tintype_landlock_allow_reading(rules.number, path) == -1 {
            let code = errno
            if code != ENOENT, code != ENOTDIR, code != EACCES { throw SystemError(code: code, "allow reading") }
        }
        try check("impose rules for files") { tintype_landlock_enforce(rules.number) }
        return Int(version)
    }
}
