public import Domain
public import SystemIO

/// One file that is done with.
public struct FileEvent: Sendable {
    public let path: FilePath
    public let outcome: Outcome
    public let digest: Digest?
    /// Bytes of what was sent or received; 0 for everything else.
    public let bytes: Int64
}

/// Reports what a run does.
public protocol Reporter: Sendable {
    /// - Throws: `SystemError` if nobody listens any more: then the run ends.
    func finished(_ event: FileEvent) async throws

    /// A sentence about the whole run, such as that the server is waited for.
    func warned(_ text: String) async
}
