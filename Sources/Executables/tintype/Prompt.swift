import CommandLine
import Glibc
import SystemIO

/// Questions to whoever sits at the terminal.
enum Prompt {
    static var isPossible: Bool { Terminal.isTerminal(STDIN_FILENO) }

    /// The answer to a question; nil if there is nobody to ask, or no more input.
    static func line(_ question: String) -> String? {
        guard isPossible else { return nil }
        show(question)
        return readLine()
    }

    /// Asks for a password without showing it; if there is no terminal, it is the first line of the standard input.
    static func password(_ question: String) throws -> String {
        let line = isPossible ? try hiddenLine(question) : readLine()
        guard let line, !line.isEmpty else {
            throw UsageError("a password is needed: type it, or give it as one line on the standard input")
        }
        return line
    }

    /// Asks once the echo is off: what is typed as soon as the question stands there is neither shown nor dropped.
    private static func hiddenLine(_ question: String) throws -> String? {
        defer { print() }
        return try Terminal.withoutEcho(STDIN_FILENO) {
            show(question)
            return readLine()
        }
    }

    private static func show(_ question: String) {
        print(question, terminator: "")
        fflush(nil)
    }
}
