internal import Runtime
public import SystemIO

/// Standard output and standard error, written line by line, with changing lines at the bottom of a terminal.
///
/// Lines for standard output are delayed for a moment, so that one write contains many of them.
public struct Console: Sendable {
    /// The delay of a line.
    private static let delay = Duration.milliseconds(20)
    /// The number of buffered bytes above which printing waits for the reader.
    private static let capacity = 64 << 10

    /// The state of the writing thread.
    struct Screen {
        /// Lines at the bottom that the next drawing replaces.
        var drawn = 0
    }

    private struct Pending {
        var bytes: [UInt8] = []
        var isScheduled = false
        var failure: (any Error)?
    }

    private let pool = BlockingPool<Screen>(name: "console", threads: 1, queue: 4096) { Screen() }
    private let pending = Locked(Pending())
    private let output: FileDescriptor
    private let errors: FileDescriptor

    /// Creates a console for the descriptors of standard output and standard error.
    public init(output: FileDescriptor, errors: FileDescriptor) { (self.output, self.errors) = (output, errors) }

    /// Prints a line.
    /// - Throws: `SystemError` if the output has been closed; possibly only at one of the next lines.
    public func print(_ line: String) async throws {
        let (isFull, isFirst) = try pending.withLock { pending in
            if let failure = pending.failure { throw failure }
            pending.bytes += line.utf8
            pending.bytes.append(10)
            defer { pending.isScheduled = true }
            return (pending.bytes.count > Self.capacity, !pending.isScheduled)
        }
        if isFull {
            try await flush()
        } else if isFirst {
            Task {
                // If the sleep were cancelled, the lines would only be written sooner.
                try? await Task.sleep(for: Self.delay)
                // The next call of `print` throws the failure.
                try? await flush()
            }
        }
    }

    /// Writes the buffered lines.
    /// - Throws: `SystemError` if the output has been closed.
    public func flush() async throws {
        try await pool.run { [output, errors, pending] screen in
            let bytes = pending.withLock { pending in
                pending.isScheduled = false
                defer { pending.bytes = [] }
                return pending.bytes
            }
            if bytes.isEmpty { return }
            do {
                try Self.erase(&screen, errors)
                try output.write(bytes)
            } catch {
                pending.withLock { $0.failure = error }
                throw error
            }
        }
    }

    /// Prints a line on standard error. A failure is ignored, because it cannot be reported.
    public func printError(_ line: String) async {
        // Earlier lines are written first.
        try? await flush()
        try? await pool.run { [errors] screen in
            try Self.erase(&screen, errors)
            try errors.write(Array((line + "\n").utf8))
        }
    }

    /// Draws lines at the bottom of the terminal, and replaces those drawn before. No line may be wider than the
    /// terminal.
    func draw(_ lines: [String]) async {
        try? await pool.run { [errors] screen in
            var text = Self.erasure(screen)
            text += lines.map { $0 + "\n" }.joined()
            screen.drawn = lines.count
            try errors.write(Array(text.utf8))
        }
    }

    /// Writes the buffered lines, and ends.
    public func close() async {
        // The last call of `print` has reported failures already.
        try? await flush()
        await pool.close()
    }

    private static func erase(_ screen: inout Screen, _ errors: FileDescriptor) throws {
        guard screen.drawn > 0 else { return }
        try errors.write(Array(erasure(screen).utf8))
        screen.drawn = 0
    }

    /// Moves to the first of the drawn lines, and clears everything below it (ECMA-48, CPL and ED).
    private static func erasure(_ screen: Screen) -> String {
        screen.drawn > 0 ? "\u{1B}[\(screen.drawn)F\u{1B}[J" : ""
    }
}
