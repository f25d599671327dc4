internal import Domain
internal import Runtime
public import SystemIO

/// A rendition that is being made. Unless it is published, its file is removed with the last reference.
public final class DraftRendition: Sendable {
    /// Open for reading and writing.
    public let file: FileDescriptor
    private let path: Locked<FilePath?>

    init(folder: FilePath) throws {
        let path = folder.appending("\(UniqueID())")
        file = try FileDescriptor(creating: path)
        self.path = Locked(path)
    }

    deinit { discard() }

    func publish(as target: FilePath) throws {
        guard let path = path.withLock({ $0 }) else { throw SystemError.notFound("keep a rendition") }
        try Folder.replace(target, with: path)
        self.path.withLock { $0 = nil }
    }

    /// The file is unlinked; it can still be read through an open descriptor.
    func discard() {
        guard let path = path.withLock({ $0 }) else { return }
        // A file that remains is removed at the next start.
        _ = try? Folder.remove(path)
        self.path.withLock { $0 = nil }
    }
}
