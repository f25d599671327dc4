internal import Glibc

/// What the system says of a file, without following a link at its end.
public struct FileStatus: Hashable, Sendable {
    public let bytes: Int64
    /// How many names the file has.
    public let links: Int
    public let isFolder: Bool, isRegularFile: Bool
    /// Seconds since 1970.
    public let modifiedSeconds: Int64, accessedSeconds: Int64

    /// Nil where there is no such file.
    ///
    /// - Parameter followsLink: whether a link stands for what it leads to.
    public init?(path: String, followsLink: Bool = false) throws(SystemError) {
        var status = stat()
        do {
            try check("look at a file") { followsLink ? stat(path, &status) : lstat(path, &status) }
        } catch {
            if error.isNotFound { return nil }
            throw error
        }
        bytes = Int64(status.st_size)
        links = Int(status.st_nlink)
        isFolder = status.st_mode & S_IFMT == S_IFDIR
        isRegularFile = status.st_mode & S_IFMT == S_IFREG
        modifiedSeconds = Int64(status.st_mtim.tv_sec)
        accessedSeconds = Int64(status.st_atim.tv_sec)
    }
}

/// What is done to the names in folders.
public enum Folder {
    /// Makes a folder and those above it that are missing.
    ///
    /// - Parameters:
    ///   - mode: of the folder itself where it is made; those above it can be read by all.
    ///   - isDurable: whether the new entries are to be on stable storage afterwards.
    public static func create(_ path: String, mode: UInt32 = 0o755, isDurable: Bool = true) throws(SystemError) {
        if try FileStatus(path: path) != nil { return }
        let parent = parent(of: path)
        if parent != path { try create(parent, isDurable: isDurable) }
        if mkdir(path, mode) != 0, errno != EEXIST { throw SystemError(code: errno, "make a folder") }
        if isDurable { try synchronize(parent) }
    }

    /// Waits until a folder's entries are on stable storage.
    public static func synchronize(_ path: String) throws(SystemError) {
        let folder = try FileDescriptor(opening: path, flags: O_RDONLY | O_DIRECTORY)
        try check("bring a folder to stable storage") { fsync(folder.number) }
    }

    /// The names in a folder, without `.` and `..`, sorted; none where there is no such folder.
    public static func names(in path: String) throws(SystemError) -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return [] }
            throw SystemError(code: errno, "list a folder")
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Gives a file a second name; false where the name is taken.
    public static func link(_ path: String, as name: String) throws(SystemError) -> Bool {
        if Glibc.link(path, name) == 0 { return true }
        if errno == EEXIST { return false }
        throw SystemError(code: errno, "publish a file")
    }

    /// Writes a small file whole, durably, over another one of that name: readers see the old bytes or the new ones.
    public static func write(_ bytes: [UInt8], as path: String, mode: UInt32 = 0o644) throws(SystemError) {
        let draft = path + ".new"
        let file = try FileDescriptor(opening: draft, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
        try check("set the mode of a file") { fchmod(file.number, mode) }
        try file.write(bytes)
        try file.synchronize()
        try move(draft, over: path)
        try synchronize(parent(of: path))
    }

    /// Moves a file, over another one of that name.
    public static func move(_ path: String, over name: String) throws(SystemError) {
        try check("move a file") { rename(path, name) }
    }

    /// Removes a file; false where there is none.
    @discardableResult
    public static func remove(_ path: String) throws(SystemError) -> Bool {
        if unlink(path) == 0 { return true }
        if errno == ENOENT || errno == ENOTDIR { return false }
        throw SystemError(code: errno, "remove a file")
    }

    /// Removes a folder where it is empty; false where it is not.
    @discardableResult
    public static func removeIfEmpty(_ path: String) -> Bool { rmdir(path) == 0 }

    /// Bytes free for this user on the file system of a folder.
    public static func freeBytes(at path: String) throws(SystemError) -> Int64 {
        var status = statvfs()
        try check("look at the file system") { statvfs(path, &status) }
        return Int64(status.f_bavail) * Int64(status.f_frsize)
    }

    /// Sets a file's time of access to now, also where reading does not; the time of modification stays.
    public static func noteUse(of path: String) throws(SystemError) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        do {
            var status = stat()
            try check("look at a file") { lstat(path, &status) }
            let times = [now, status.st_mtim]
            try check("note the use of a file") { utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) }
        } catch {
            // A file that went meanwhile needs no note.
            guard error.isNotFound else { throw error }
        }
    }

    /// The folder that a path lies in.
    public static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
