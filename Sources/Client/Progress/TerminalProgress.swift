internal import SystemIO

/// The lines at the bottom of a terminal during a run: one for each file in progress, and one for the total.
public struct TerminalProgress: Sendable {
    /// Redrawn at most ten times a second.
    private static let interval = Duration.milliseconds(100)
    /// The maximum number of files shown; more would push other lines off the screen.
    private static let shownFiles = 8

    private let console: Console
    private let progress: RunProgress
    private let terminal: Int32
    private let verb: String

    /// - Parameters:
    ///   - terminal: the descriptor that `console` draws on.
    ///   - verb: such as "sent".
    public init(console: Console, progress: RunProgress, terminal: Int32, verb: String) {
        (self.console, self.progress, self.terminal, self.verb) = (console, progress, terminal, verb)
    }

    /// Draws until the task is cancelled, and then clears the lines.
    public func run() async {
        var rate = TransferRate()
        let clock = ContinuousClock()
        let start = clock.now
        while !Task.isCancelled {
            let snapshot = progress.snapshot
            rate.add(bytes: snapshot.movedBytes, at: start.duration(to: clock.now) / .seconds(1))
            await console.draw(lines(snapshot, rate))
            // Cancellation ends the sleep early, and is checked above.
            try? await clock.sleep(for: Self.interval)
        }
        await console.draw([])
    }

    func lines(_ snapshot: RunProgress.Snapshot, _ rate: TransferRate) -> [String] {
        // One column stays empty: some terminals wrap a line that fills them.
        let columns = max(10, Terminal.columns(terminal) - 1)
        var lines: [String] = []
        for (_, active) in snapshot.active.sorted(by: { $0.key < $1.key }).prefix(Self.shownFiles) {
            let share = active.bytes > 0 ? Int(min(100, active.done * 100 / active.bytes)) : 100
            let figures = DisplayWidth.pad(" \(share)% of \(Amount.bytes(active.bytes))", 20)
            let name = SanitizedText.of(active.path.lastComponent)
            lines.append(DisplayWidth.fit(DisplayWidth.pad(name, max(8, columns - 20)) + figures, columns))
        }
        return lines + [DisplayWidth.fit(total(snapshot, rate), columns)]
    }

    private func total(_ snapshot: RunProgress.Snapshot, _ rate: TransferRate) -> String {
        let tally = snapshot.tally
        let found = snapshot.isWalkOver ? "\(snapshot.foundFiles)" : "\(snapshot.foundFiles)+"
        var text = "\(tally.finished) of \(found) files, \(Amount.bytes(snapshot.movedBytes)) \(verb)"
        text += ", \(Amount.bytes(Int64(rate.bytesPerSecond)))/s"
        if tally.refused + tally.unreadable > 0 { text += ", \(tally.refused + tally.unreadable) failed" }
        let bytesLeft = snapshot.foundBytes - snapshot.finishedBytes - snapshot.active.values.reduce(0) { $0 + $1.done }
        if snapshot.isWalkOver, let seconds = rate.seconds(for: bytesLeft) { text += ", \(Amount.time(seconds)) left" }
        return text
    }
}
