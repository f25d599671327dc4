import Client
import CommandLine
import Domain
import SystemIO

/// A run of the client over many files: shows its progress, ends at signals, and prints a summary.
struct ClientRun {
    let session: ClientSession
    let progress: RunProgress
    private let isJSON: Bool
    private let verb: String

    /// - Parameters:
    ///   - verb: such as "sent".
    ///   - isVerbose: whether successful files are reported too if the output is not a terminal.
    init(_ session: ClientSession, _ arguments: ParsedArguments, verb: String, isVerbose: Bool = true) throws {
        (self.session, self.verb) = (session, verb)
        isJSON = try arguments.value(of: ClientSession.json)
        let reporter: any Reporter =
            isJSON
            ? JSONReporter(console: session.console)
            : PlainReporter(console: session.console, isVerbose: isVerbose && !Terminal.isTerminal(2))
        progress = RunProgress(reporter: reporter)
    }

    /// Runs the work, and returns the exit status.
    func run(_ work: @escaping @Sendable () async throws -> Void) async throws -> Int32 {
        let showing = Task {
            guard !isJSON, Terminal.isTerminal(2) else { return }
            await TerminalProgress(console: session.console, progress: progress, terminal: 2, verb: verb).run()
        }
        let (outcome, signal) = await Interruption.run(work)
        showing.cancel()
        await showing.value
        return try await end(outcome, signal: signal)
    }

    private func end(_ outcome: Result<Void, any Error>, signal: Int32?) async throws -> Int32 {
        let left = progress.snapshot
        var status = left.tally.isComplete && left.tally.missing == 0 ? Program.Exit.ok : Program.Exit.findings
        var remark: String?
        if let signal {
            remark = "stopped; run the same command again to continue"
            status = 128 + signal
        } else if case .failure(let error) = outcome {
            guard let error = error as? ClientError else { throw error }
            // Details from servers are whole sentences.
            let reason = error.message.last == "." ? String(error.message.dropLast()) : error.message
            // Arguments that are not valid will not be valid the next time.
            remark = error.code == .usage ? reason : "\(reason); run the same command again to continue"
            status = Program.status(of: error)
        }
        if let remark, !isJSON { await session.console.printError("\(Program.name): \(SanitizedText.of(remark))") }
        try await session.console.print(isJSON ? json(left, remark) : text(left, isEnded: remark == nil))
        try await session.console.flush()
        return status
    }

    private func text(_ snapshot: RunProgress.Snapshot, isEnded: Bool) -> String {
        let tally = snapshot.tally
        let parts: [(Int, String)] = [
            (tally.sent, "sent"), (tally.fetched, "fetched"), (tally.duplicates, "duplicates"),
            (tally.there, "already there"), (tally.kept, "already here"), (tally.deleted, "deleted"),
            (tally.missing, "not on the server"), (tally.skipped, "skipped"), (tally.refused, "refused"),
            (tally.unreadable, "unreadable"),
        ]
        let shown = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        var text = shown.isEmpty ? isEnded ? "nothing to do" : "nothing done" : shown.joined(separator: ", ")
        if tally.bytes > 0 { text += "; \(Amount.bytes(tally.bytes)) \(verb)" }
        if !isEnded { text += "; \(snapshot.leftFiles)\(snapshot.isWalkOver ? "" : " or more") left" }
        for (reason, count) in tally.reasons.sorted(by: { $0.value > $1.value })
        where tally.reasons.count > 1 || count > 1 {
            text += "\n  \(count) × \(SanitizedText.of(reason))"
        }
        return text
    }

    private func json(_ snapshot: RunProgress.Snapshot, _ remark: String?) -> String {
        let tally = snapshot.tally
        var line = JSONLine(event: "summary")
        let counts = [
            ("sent", tally.sent), ("fetched", tally.fetched), ("duplicates", tally.duplicates), ("there", tally.there),
            ("kept", tally.kept), ("deleted", tally.deleted), ("missing", tally.missing), ("skipped", tally.skipped),
            ("refused", tally.refused), ("unreadable", tally.unreadable), ("left", snapshot.leftFiles),
        ]
        for (name, count) in counts { line.add(name, Int64(count)) }
        line.add("bytes", tally.bytes)
        line.add("complete", remark == nil && snapshot.isWalkOver)
        line.add("reasons", tally.reasons)
        line.add("stopped", remark)
        return line.text
    }
}
