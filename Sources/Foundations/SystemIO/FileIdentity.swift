internal import Glibc

/// What tells one state of a file from another: who it is, how long, and when it was changed.
public struct FileIdentity: Hashable, Sendable {
    /// What a name stands for.
    public enum Kind: Hashable, Sendable {
        case file, folder, link
        /// A socket, a pipe, a device.
        case other
    }

    public let kind: Kind
    public let bytes: Int64
    public let device: UInt64, inode: UInt64
    /// Nanoseconds since 1970.
    public let modified: Int64
    /// Permissions, as in chmod(2).
    public let permissions: UInt32
    /// Whether the file belongs to the user who runs this process.
    public let isOwn: Bool

    init(_ status: stat) {
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .folder
        case S_IFLNK: kind = .link
        default: kind = .other
        }
        bytes = Int64(status.st_size)
        (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
        modified = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
        permissions = UInt32(status.st_mode & 0o7777)
        isOwn = status.st_uid == geteuid()
    }

    /// What stands at a path; where it is a link, what it leads to.
    public init(following path: FilePath) throws(SystemError) {
        var status = stat()
        try check("look at a file") { stat(path.terminated, &status) }
        self.init(status)
    }

    /// What a name in a folder stands for, without following a link.
    public init(of name: FilePath, in folder: FileDescriptor) throws(SystemError) {
        var status = stat()
        try check("look at a file") { fstatat(folder.number, name.terminated, &status, AT_SYMLINK_NOFOLLOW) }
        self.init(status)
    }
}

extension FileDescriptor {
    /// What is open here.
    public func identity() throws(SystemError) -> FileIdentity {
        var status = stat()
        try check("look at a file") { fstat(number, &status) }
        return FileIdentity(status)
    }

    /// Opens a file to read, following links in its path.
    public convenience init(reading path: FilePath) throws(SystemError) {
        // Without waiting for the other end, should it be a pipe.
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK
        self.init(owning: try check("open a file") { open(path.terminated, flags) })
    }

    /// Opens a file or a folder by its name in a folder, to read; a link is not followed.
    public convenience init(reading name: FilePath, in folder: FileDescriptor) throws(SystemError) {
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW
        self.init(owning: try check("open a file") { openat(folder.number, name.terminated, flags) })
    }

    /// Opens a file of its own: one that is made now, or an existing one of this user, never what a link leads to.
    public convenience init(
        writing path: FilePath, appending: Bool = false, mode: UInt32 = 0o644
    ) throws(SystemError) {
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (appending ? O_APPEND : 0)
        self.init(owning: try check("open a file") { open(path.terminated, flags, mode_t(mode)) })
    }

    /// Takes the right to work on the file, until it is closed; false where another process or descriptor has it.
    public func lock() throws(SystemError) -> Bool {
        if flock(number, LOCK_EX | LOCK_NB) == 0 { return true }
        if errno == EWOULDBLOCK { return false }
        throw SystemError(code: errno, "lock a file")
    }

    /// Waits for the right to work on the file, which is kept until it is closed.
    public func waitForLock() throws(SystemError) {
        try check("lock a file") { flock(number, LOCK_EX) }
    }

    /// Goes to a place from which the next bytes are written.
    public func seek(to offset: Int64) throws(SystemError) {
        try check("find a place in a file") { lseek(number, off_t(offset), SEEK_SET) }
    }

    /// Makes the file shorter or longer.
    public func truncate(to bytes: Int64) throws(SystemError) {
        try check("cut a file") { ftruncate(number, off_t(bytes)) }
    }
}
