internal import CSystem
internal import Glibc

/// Operations on folders.
public enum Folder {
    /// Creates a folder, and those above it that are missing.
    ///
    /// - Parameters:
    ///   - mode: of what is created, as in mkdir(2).
    ///   - isDurable: whether the new entries are on stable storage afterwards.
    public static func create(
        _ path: FilePath, mode: UInt32 = 0o755, isDurable: Bool = false
    ) throws(SystemError) {
        if (try FileStatus.find(path, followingLinks: true))?.kind == .folder { return }
        let parent = path.parent
        if parent != path, !path.bytes.isEmpty { try create(parent, mode: mode, isDurable: isDurable) }
        if mkdir(path.terminated, mode_t(mode)) != 0 {
            let code = errno
            // Another process may have created it in the meantime.
            guard code == EEXIST, try FileStatus(of: path, followingLinks: true).kind == .folder else {
                throw SystemError(code: code == EEXIST ? ENOTDIR : code, "create a folder")
            }
        }
        if isDurable { try synchronize(parent) }
    }

    /// Waits until a folder's entries are on stable storage.
    public static func synchronize(_ path: FilePath) throws(SystemError) {
        let folder = try FileDescriptor(reading: path)
        try check("bring a folder to stable storage") { fsync(folder.number) }
    }

    /// The names in a folder, without `.` and `..`, sorted; none if there is no such folder.
    public static func names(in path: FilePath) throws(SystemError) -> [String] {
        let folder: FileDescriptor
        do {
            folder = try FileDescriptor(reading: path)
        } catch {
            if error.isNotFound { return [] }
            throw error
        }
        let reader = try FolderReader(folder)
        var names: [String] = []
        while let name = try reader.next() { names.append(name.text) }
        return names.sorted()
    }

    /// Gives a file a second name; false if the name is taken.
    public static func link(_ path: FilePath, as name: FilePath) throws(SystemError) -> Bool {
        if Glibc.link(path.terminated, name.terminated) == 0 { return true }
        if errno == EEXIST { return false }
        throw SystemError(code: errno, "link a file")
    }

    /// Writes a small file whole and durably in place of another one of that name: readers see the old bytes or the new
    /// ones.
    public static func write(_ bytes: [UInt8], as path: FilePath, mode: UInt32 = 0o644) throws(SystemError) {
        let draft = path.appending(suffix: ".new")
        let file = try FileDescriptor(writing: draft, mode: mode)
        try file.truncate(to: 0)
        try check("set the mode of a file") { fchmod(file.number, mode_t(mode)) }
        try file.write(bytes)
        try file.synchronize()
        try replace(path, with: draft)
        try synchronize(path.parent)
    }

    /// Moves a file to a name that is free; false if the name is taken.
    public static func move(_ path: FilePath, to name: FilePath) throws(SystemError) -> Bool {
        if tintype_rename_without_replacing(path.terminated, name.terminated) == 0 { return true }
        if errno == EEXIST { return false }
        // Some file systems cannot do that in one step. There, a second name does.
        guard errno == EINVAL || errno == ENOSYS else { throw SystemError(code: errno, "move a file") }
        guard try link(path, as: name) else { return false }
        try check("remove a file") { unlink(path.terminated) }
        return true
    }

    /// Moves a file in place of another one.
    public static func replace(_ name: FilePath, with path: FilePath) throws(SystemError) {
        try check("move a file") { rename(path.terminated, name.terminated) }
    }

    /// Removes a file; false if there is none.
    @discardableResult
    public static func remove(_ path: FilePath) throws(SystemError) -> Bool {
        if unlink(path.terminated) == 0 { return true }
        if errno == ENOENT || errno == ENOTDIR { return false }
        throw SystemError(code: errno, "remove a file")
    }

    /// Removes a folder if it is empty; false if it is not.
    @discardableResult
    public static func removeIfEmpty(_ path: FilePath) -> Bool { rmdir(path.terminated) == 0 }

    /// Bytes free for this user on the file system of a folder.
    public static func freeBytes(at path: FilePath) throws(SystemError) -> Int64 {
        var status = statvfs()
        try check("read the state of the file system") { statvfs(path.terminated, &status) }
        return Int64(status.f_bavail) * Int64(status.f_frsize)
    }

    /// Sets a file's time of access to now, even if reading does not. The time of modification stays.
    public static func noteUse(of path: FilePath) throws(SystemError) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        do {
            var status = stat()
            try check("read a file's status") { lstat(path.terminated, &status) }
            let times = [now, status.st_mtim]
            try check("note the use of a file") { utimensat(AT_FDCWD, path.terminated, times, AT_SYMLINK_NOFOLLOW) }
        } catch {
            // A file that was removed meanwhile needs no note.
            guard error.isNotFound else { throw error }
        }
    }
}
