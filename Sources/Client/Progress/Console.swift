internal import Runtime
public import SystemIO

/// Standard output and standard error, written line by line, with lines at the bottom of a terminal that change.
///
/// Lines for standard output wait for a moment, so that many small ones make one write.
public struct Console: Sendable {
    /// How long a line waits for others.
    private static let delay = Duration.milliseconds(20)
    /// Bytes past which whoever prints waits for the reader.
    private static let capacity = 64 << 10

    /// What the one thread that writes knows.
    struct Screen {
        /// Lines at the bottom that are drawn over.
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

    /// Takes the descriptors of standard output and standard error.
    public init(output: FileDescriptor, errors: FileDescriptor) { (self.output, self.errors) = (output, errors) }

    /// Prints a line.
    /// - Throws: `SystemError` if nobody listens any more: then, or with one of the next lines.
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
                // Nobody cancels it; and were it cancelled, the line would only come sooner.
                try? await Task.sleep(for: Self.delay)
                // Whoever prints next is told of a failure.
                try? await flush()
            }
        }
    }

    /// Writes what waits.
    /// - Throws: `SystemError` if nobody listens any more.
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

    /// Prints a line on standard error. If that is closed there is nobody to tell.
    public func printError(_ line: String) async {
        // What was printed before stands before it.
        try? await flush()
        try? await pool.run { [errors] screen in
            try Self.erase(&screen, errors)
            try errors.write(Array((line + "\n").utf8))
        }
    }

    /// Draws lines at the bottom of the terminal, in the place of those drawn before. None are to be wider than it.
    func draw(_ lines: [String]) async {
        try? await pool.run { [errors] screen in
            var text = Self.erasure(screen)
            text += lines.map { $0 + "\n" }.joined()
            screen.drawn = lines.count
            try errors.write(Array(text.utf8))
        }
    }

    /// Writes what waits, and ends.
    public func close() async {
        // Whoever could be told of a failure has been told by the last line.
        try? await flush()
        await pool.close()
    }

    private static func erase(_ screen: inout Screen, _ errors: FileDescriptor) throws {
        guard screen.drawn > 0 else { return }
        try errors.write(Array(erasure(screen).utf8))
        screen.drawn = 0
    }

    /// Up to the first of the drawn lines, and everything below it cleared (ECMA-48, CPL and ED).
    private static func erasure(_ screen: Screen) -> String {
        screen.drawn > 0 ? "\u{1B}[\(screen.drawn)F\u{1B}[J" : ""
    }
}
