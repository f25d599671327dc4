internal import Glibc

/// Keeps files from other users of the machine (chmod(2), umask(2)).
public enum Permissions {
    private static let others: UInt32 = 0o077

    /// What this process and its children create from now on, only its user may read or write.
    public static func keepNewFilesPrivate() { umask(mode_t(others)) }

    /// Takes the rights of the group and of others from a file or folder. Links are not followed, except at `path`
    /// itself. Does nothing if there is no such file.
    ///
    /// - Parameter isRecursive: whether everything in a folder is made private, too.
    /// - Throws: `SystemError`, for example if the file belongs to another user.
    public static func makePrivate(_ path: FilePath, isRecursive: Bool = true) throws(SystemError) {
        let file: FileDescriptor
        do {
            file = try FileDescriptor(reading: path)
        } catch {
            if error.isNotFound { return }
            throw error
        }
        try makePrivate(file)
        guard isRecursive, try file.status().kind == .folder else { return }
        try makeContentsPrivate(file)
    }

    private static func makePrivate(_ file: FileDescriptor) throws(SystemError) {
        let status = try file.status()
        guard status.isOpenToOthers else { return }
        try check("take permissions away") { fchmod(file.number, mode_t(status.permissions & ~others)) }
    }

    private static func makeContentsPrivate(_ folder: FileDescriptor) throws(SystemError) {
        let reader = try FolderReader(folder)
        while let name = try reader.next() {
            let status = try FileStatus(of: name, in: folder)
            guard status.kind == .file || status.kind == .folder else { continue }
            if status.isOpenToOthers {
                let mode = mode_t(status.permissions & ~others)
                try check("take permissions away") { fchmodat(folder.number, name.terminated, mode, 0) }
            }
            if status.kind == .folder { try makeContentsPrivate(FileDescriptor(reading: name, in: folder)) }
        }
    }
}

extension FileStatus {
    /// Whether the group or others have any right to the file.
    public var isOpenToOthers: Bool { permissions & 0o077 != 0 }
}
