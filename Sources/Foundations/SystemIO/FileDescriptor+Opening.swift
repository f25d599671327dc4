internal import CSystem
internal import Glibc

extension FileDescriptor {
    /// Opens a file or a folder to read.
    ///
    /// - Parameter followingLinks: whether a link at the end of the path is followed; one on the way always is.
    public convenience init(reading path: FilePath, followingLinks: Bool = true) throws(SystemError) {
        // Without waiting for the other end if it is a pipe.
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followingLinks ? 0 : O_NOFOLLOW)
        self.init(owning: try check("open a file") { open(path.terminated, flags) })
    }

    /// Opens a file or a folder by its name in a folder, to read. A link is not followed.
    public convenience init(reading name: FilePath, in folder: FileDescriptor) throws(SystemError) {
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW
        self.init(owning: try check("open a file") { openat(folder.number, name.terminated, flags) })
    }

    /// Creates a file to write and read.
    ///
    /// - Throws: `SystemError`, with `EEXIST` if the name is taken.
    public convenience init(creating path: FilePath, mode: UInt32 = 0o644) throws(SystemError) {
        let flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC
        self.init(owning: try check("create a file") { open(path.terminated, flags, mode_t(mode)) })
    }

    /// Opens a file to write and read, and creates it if it is missing. A link is never followed.
    public convenience init(
        writing path: FilePath, appending: Bool = false, mode: UInt32 = 0o644
    ) throws(SystemError) {
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (appending ? O_APPEND : 0)
        self.init(owning: try check("open a file") { open(path.terminated, flags, mode_t(mode)) })
    }

    /// Creates a file without a name in a folder, to write and read; it is gone once it is closed.
    public convenience init(unnamedIn folder: FilePath) throws(SystemError) {
        self.init(owning: try check("create a file without a name") { tintype_open_without_name(folder.terminated) })
    }

    /// Takes the right to work on the file, until it is closed; false if another process or descriptor has it.
    public func lock() throws(SystemError) -> Bool {
        if flock(number, LOCK_EX | LOCK_NB) == 0 { return true }
        if errno == EWOULDBLOCK { return false }
        throw SystemError(code: errno, "lock a file")
    }

    /// Waits for the right to work on the file, which is kept until it is closed.
    public func waitForLock() throws(SystemError) {
        try check("lock a file") { flock(number, LOCK_EX) }
    }

    /// Sets the position at which the next bytes are written.
    public func seek(to offset: Int64) throws(SystemError) {
        try check("set the position in a file") { lseek(number, off_t(offset), SEEK_SET) }
    }

    /// Makes the file shorter or longer.
    public func truncate(to bytes: Int64) throws(SystemError) {
        try check("truncate a file") { ftruncate(number, off_t(bytes)) }
    }
}
