/// The right to work on a folder, held by one process at a time and lost with it.
public final class FolderLock: Sendable {
    private let file: FileDescriptor

    /// Takes the lock of a folder, in a file named `lock`.
    ///
    /// - Parameter timeout: for how long another process may go on holding it. Of a server that was killed, a child
    ///   that it was about to start can hold the lock for some milliseconds more, until it has become its own program.
    /// - Returns: nil if another process holds it.
    /// - Throws: `SystemError`; `CancellationError`.
    public static func take(_ folder: FilePath, timeout: Duration = .zero) async throws -> FolderLock? {
        let file = try FileDescriptor(writing: folder.appending("lock"))
        let end = ContinuousClock.now + timeout
        while try !file.lock() {
            guard ContinuousClock.now < end else { return nil }
            try await Task.sleep(for: .milliseconds(20))
        }
        return FolderLock(file)
    }

    private init(_ file: FileDescriptor) { self.file = file }
}
