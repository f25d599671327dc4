internal import Runtime
public import SystemIO

/// Standard output and standard error, written line by line, with lines at the bottom of a terminal that change.
public struct Console: Sendable {
    /// What the one thread that writes knows.
    struct Screen {
        /// Lines at the bottom that are drawn over.
        var drawn = 0
    }

    private let pool = BlockingPool<Screen>(name: "console", threads: 1, queue: 4096) { Screen() }
    private let output: FileDescriptor
    private let errors: FileDescriptor

    /// Takes the descriptors of standard output and standard error.
    public init(output: FileDescriptor, errors: FileDescriptor) { (self.output, self.errors) = (output, errors) }

    /// Prints a line.
    /// - Throws: `SystemError` where nobody listens any more.
    public func print(_ line: String) async throws {
        try await pool.run { [output, errors] screen in
            try Self.erase(&screen, errors)
            try output.write(Array((line + "\n").utf8))
        }
    }

    /// Prints a line on standard error. Where that is closed there is nobody to tell.
    public func complain(_ line: String) async {
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
        // Behind everything that was printed: the pool has one thread, and takes work in its order.
        try? await pool.run { _ in }
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
