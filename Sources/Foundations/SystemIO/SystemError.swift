internal import Glibc

/// A system call that failed.
public struct SystemError: Error, Hashable, CustomStringConvertible {
    /// The error number, such as `ENOSPC`.
    public let code: Int32
    /// The failed action, in words, without paths.
    public let action: String

    public init(code: Int32, _ action: String) {
        self.code = code
        self.action = action
    }

    /// An invalid argument.
    public static func invalid(_ action: String) -> SystemError { SystemError(code: EINVAL, action) }

    /// The name exists already.
    public static func taken(_ action: String) -> SystemError { SystemError(code: EEXIST, action) }

    /// There is no such file.
    public static func notFound(_ action: String) -> SystemError { SystemError(code: ENOENT, action) }

    /// The device is full, or the quota is exhausted.
    public var isStorageFull: Bool { code == ENOSPC || code == EDQUOT }
    /// A limit of the process or the file system on the size of one file.
    public var isFileTooLarge: Bool { code == EFBIG }
    /// The reader has closed the pipe or socket.
    public var isBrokenPipe: Bool { code == EPIPE }
    public var isNotFound: Bool { code == ENOENT || code == ENOTDIR }

    /// The message of the system, such as "Permission denied".
    public var meaning: String { String(cString: strerror(code)) }

    public var description: String { "\(action): \(String(cString: strerror(code))) (errno \(code))" }
}

/// Checks a system call that returns -1 on failure, and repeats it if a signal has interrupted it.
@discardableResult
public func check<Number: SignedInteger>(
    _ action: @autoclosure () -> String, _ call: () -> Number
) throws(SystemError) -> Number {
    while true {
        let result = call()
        if result != -1 { return result }
        let code = errno
        if code != EINTR { throw SystemError(code: code, action()) }
    }
}
