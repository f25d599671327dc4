internal import CSystem
internal import Glibc

extension Folder {
    /// Makes a folder, and those above it that are missing.
    ///
    /// - Parameter mode: of what is made, as in mkdir(2).
    public static func create(_ path: FilePath, mode: UInt32 = 0o755) throws(SystemError) {
        var end = 0
        while end < path.bytes.count {
            end = path.bytes[(end + 1)...].firstIndex(of: UInt8(ascii: "/")) ?? path.bytes.count
            guard let part = FilePath(bytes: Array(path.bytes[..<end])) else { continue }
            if mkdir(part.terminated, mode_t(mode)) == 0 || errno == EEXIST { continue }
            // Where we may not write, what is there will do.
            let code = errno
            if (try? FileIdentity(following: part))?.kind == .folder { continue }
            throw SystemError(code: code, "make a folder")
        }
    }

    /// Moves a file to a name that is free; false where it is taken.
    public static func move(_ path: FilePath, to name: FilePath) throws(SystemError) -> Bool {
        if tintype_rename_without_replacing(path.terminated, name.terminated) == 0 { return true }
        if errno == EEXIST { return false }
        // Some file systems cannot do that in one step: there, a second name does.
        guard errno == EINVAL || errno == ENOSYS else { throw SystemError(code: errno, "move a file") }
        if Glibc.link(path.terminated, name.terminated) != 0 {
            if errno == EEXIST { return false }
            throw SystemError(code: errno, "move a file")
        }
        try check("remove a file") { unlink(path.terminated) }
        return true
    }

    /// Moves a file, over another one of that name.
    public static func replace(_ name: FilePath, with path: FilePath) throws(SystemError) {
        try check("move a file") { rename(path.terminated, name.terminated) }
    }

    /// Removes a file; false where there is none.
    @discardableResult
    public static func remove(_ path: FilePath) throws(SystemError) -> Bool {
        if unlink(path.terminated) == 0 { return true }
        if errno == ENOENT { return false }
        throw SystemError(code: errno, "remove a file")
    }

    /// Waits until a folder's entries are on stable storage.
    public static func synchronize(_ path: FilePath) throws(SystemError) {
        let folder = try FileDescriptor(reading: path)
        try check("bring a folder to stable storage") { fsync(folder.number) }
    }
}
