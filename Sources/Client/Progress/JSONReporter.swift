internal import Domain

/// Prints a JSON object for each line, for programs.
public struct JSONReporter: Reporter {
    private let console: Console

    public init(console: Console) { self.console = console }

    public func finished(_ event: FileEvent) async throws {
        var line = JSONLine(event: "file")
        line.add("path", event.path)
        line.add("outcome", event.outcome.name)
        line.add("id", event.outcome.image?.description)
        line.add("digest", event.digest?.description)
        line.add("reason", event.outcome.reason)
        if event.bytes > 0 { line.add("bytes", event.bytes) }
        if case .there(_, let journal) = event.outcome { line.add("by", journal ? "journal" : "server") }
        try await console.print(line.text)
    }

    public func warned(_ text: String) async {
        var line = JSONLine(event: "warning")
        line.add("text", text)
        // The next file reports whether the output has been closed.
        try? await console.print(line.text)
    }
}
