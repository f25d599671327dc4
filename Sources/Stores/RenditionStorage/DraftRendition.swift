internal import Domain
internal import Glibc
internal import Runtime
public import SystemIO

/// A rendition that is being made. Unless it is published, its file goes with the last reference.
public final class DraftRendition: Sendable {
    /// Open for reading and writing.
    public let file: FileDescriptor
    private let path: Locked<String?>

    init(folder: String) throws {
        let path = "\(folder)/\(UniqueID())"
        file = try FileDescriptor(opening: path, flags: O_RDWR | O_CREAT | O_EXCL)
        self.path = Locked(path)
    }

    deinit { discard() }

    func publish(as target: String) throws {
        guard let path = path.withLock({ $0 }) else { throw SystemError(code: ENOENT, "keep a rendition") }
        try Folder.move(path, over: target)
        self.path.withLock { $0 = nil }
    }

    /// The file's name goes; whoever has it open can read it still.
    func discard() {
        guard let path = path.withLock({ $0 }) else { return }
        // What stays is taken away at the next start.
        _ = try? Folder.remove(path)
        self.path.withLock { $0 = nil }
    }
}
