internal import Glibc

/// The status of a file.
///
/// Two statuses are equal if they are of the same file and nothing has changed its bytes or permissions in between.
public struct FileStatus: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case file, folder, link
        /// A socket, a pipe or a device.
        case other
    }

    public let kind: Kind
    public let bytes: Int64
    public let device: UInt64, inode: UInt64
    /// Nanoseconds since 1970.
    public let modified: Int64
    /// Nanoseconds since 1970. Reading changes it, so it does not count when statuses are compared.
    public let accessed: Int64
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
        modified = Self.nanoseconds(status.st_mtim)
        accessed = Self.nanoseconds(status.st_atim)
        permissions = UInt32(status.st_mode & 0o7777)
        isOwn = status.st_uid == geteuid()
    }

    /// The status of what is at a path.
    ///
    /// - Parameter followingLinks: whether a symbolic link at the end of the path is followed.
    /// - Throws: `SystemError`, with `isNotFound` if there is no such file.
    public init(of path: FilePath, followingLinks: Bool = false) throws(SystemError) {
        var status = stat()
        try check("read a file's status") {
            followingLinks ? stat(path.terminated, &status) : lstat(path.terminated, &status)
        }
        self.init(status)
    }

    /// The status of what a name in a folder stands for, without following a link.
    public init(of name: FilePath, in folder: FileDescriptor) throws(SystemError) {
        var status = stat()
        try check("read a file's status") { fstatat(folder.number, name.terminated, &status, AT_SYMLINK_NOFOLLOW) }
        self.init(status)
    }

    /// The status of what is at a path; nil if there is nothing.
    public static func find(_ path: FilePath, followingLinks: Bool = false) throws(SystemError) -> FileStatus? {
        do {
            return try FileStatus(of: path, followingLinks: followingLinks)
        } catch {
            if error.isNotFound { return nil }
            throw error
        }
    }

    public static func == (left: FileStatus, right: FileStatus) -> Bool {
        (left.kind, left.bytes, left.device, left.inode) == (right.kind, right.bytes, right.device, right.inode)
            && (left.modified, left.permissions) == (right.modified, right.permissions)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(device)
        hasher.combine(inode)
        hasher.combine(modified)
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}

extension FileDescriptor {
    /// The status of the open file.
    public func status() throws(SystemError) -> FileStatus {
        var status = stat()
        try check("read a file's status") { fstat(number, &status) }
        return FileStatus(status)
    }
}
