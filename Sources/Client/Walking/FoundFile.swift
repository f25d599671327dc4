internal import Domain
public import SystemIO

/// A file that a walk has found.
public struct FoundFile: Sendable {
    /// Its path in messages and in the journal; absolute if the journal needs it.
    public let path: FilePath
    /// Its name in the open folder.
    let name: FilePath
    /// The folder in which it was found; nil if it was named itself.
    let folder: FileDescriptor?
    /// Its status when it was found.
    public let status: FileStatus

    /// Whether the user named this file.
    var isNamed: Bool { folder == nil }

    /// Opens the same file, even if a folder of its path has been replaced by a symbolic link in the meantime.
    func open() throws(SystemError) -> FileDescriptor {
        if let folder { return try FileDescriptor(reading: name, in: folder) }
        return try FileDescriptor(reading: path)
    }
}

/// A result of a walk.
public enum WalkEntry: Sendable {
    case file(FoundFile)
    /// A file or folder that cannot be read, with the reason.
    case unreadable(FilePath, reason: String)
    /// An entry that is skipped, with the reason: a symbolic link, a socket.
    case passed(FilePath, reason: String)
}

/// A local image.
struct Candidate: Sendable {
    let found: FoundFile
    let digest: Digest
    /// The status of the file when its bytes were read.
    let status: FileStatus
    /// The open file whose bytes were read; nil if an earlier run has read them.
    let file: FileDescriptor?
    /// The id of the image on the server, from an earlier run; nil if there was none.
    let journaled: ImageID?
}
