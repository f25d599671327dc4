internal import Glibc

/// The right to work on a folder, held by one process at a time and lost with it.
public final class FolderLock: Sendable {
    private let file: FileDescriptor

    /// Takes the lock of a folder, in a file named `lock`.
    ///
    /// - Returns: nil where another process holds it.
    public static func take(_ folder: String) throws(SystemError) -> FolderLock? {
        let file = try FileDescriptor(opening: folder + "/lock", flags: O_RDWR | O_CREAT)
        if flock(file.number, LOCK_EX | LOCK_NB) == 0 { return FolderLock(file) }
        if errno == EWOULDBLOCK { return nil }
        throw SystemError(code: errno, "lock the data folder")
    }

    private init(_ file: FileDescriptor) { self.file = file }
}
