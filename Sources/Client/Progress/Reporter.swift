public import Domain
public import SystemIO

/// A finished file.
public struct FileEvent: Sendable {
    public let path: FilePath
    public let outcome: Outcome
    public let digest: Digest?
    /// Bytes sent or received; 0 for other outcomes.
    public let bytes: Int64
}

/// Reports the events of a run.
public protocol Reporter: Sendable {
    /// - Throws: `SystemError` if the output has been closed: then the run ends.
    func finished(_ event: FileEvent) async throws

    /// A sentence about the whole run, for example that it waits for the server.
    func warned(_ text: String) async
}
