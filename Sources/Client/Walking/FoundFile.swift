public import SystemIO

/// A file that is to be looked at.
public struct FoundFile: Sendable {
    /// How it is spoken of, and known in the journal: absolute if the journal needs it.
    public let path: FilePath
    /// Its name, in the folder where that is open.
    let name: FilePath
    /// The folder in which it was found; nil if it was named itself.
    let folder: FileDescriptor?
    /// What it was when it was found.
    public let status: FileStatus

    /// Whether somebody named this very file.
    var isNamed: Bool { folder == nil }

    /// Opens it: the same file, even if a folder of its path has been exchanged for a link meanwhile.
    func open() throws(SystemError) -> FileDescriptor {
        if let folder { return try FileDescriptor(reading: name, in: folder) }
        return try FileDescriptor(reading: path)
    }
}

/// What a walk comes upon.
public enum WalkEntry: Sendable {
    case file(FoundFile)
    /// A file or folder that cannot be read, and why.
    case unreadable(FilePath, reason: String)
    /// What is passed by, and why: a link, a socket.
    case passed(FilePath, reason: String)
}
