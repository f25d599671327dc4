internal import Domain

/// Prints a line for each file, for people who read a log.
public struct PlainReporter: Reporter {
    private let console: Console
    /// Whether successful files are reported one by one.
    private let isVerbose: Bool

    public init(console: Console, isVerbose: Bool) { (self.console, self.isVerbose) = (console, isVerbose) }

    public func finished(_ event: FileEvent) async throws {
        let name = SanitizedText.of(event.path)
        switch event.outcome {
        case .refused(let reason), .unreadable(let reason):
            await console.printError("\(event.outcome.name)  \(name): \(SanitizedText.of(reason))")
        case .missing: try await console.print("missing  \(name)")
        case .skipped(let reason):
            if isVerbose { try await console.print("skipped  \(name): \(SanitizedText.of(reason))") }
        default:
            if isVerbose {
                try await console.print("\(event.outcome.name)  \(name)\(event.outcome.image.map { "  \($0)" } ?? "")")
            }
        }
    }

    public func warned(_ text: String) async { await console.printError("tintype: \(SanitizedText.of(text))") }
}
