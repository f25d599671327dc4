import CommandLine
import Glibc
import SystemIO

/// Questions to the user at the terminal.
enum Prompt {
    static var isPossible: Bool { Terminal.isTerminal(STDIN_FILENO) }

    /// The answer to a question; nil without a terminal, or at the end of the input.
    static func line(_ question: String) -> String? {
        guard isPossible else { return nil }
        show(question)
        return readLine()
    }

    /// Asks for a password without showing it; without a terminal, it is the first line of standard input.
    static func password(_ question: String) throws -> String {
        let line = isPossible ? try hiddenLine(question) : readLine()
        guard let line, !line.isEmpty else {
            throw UsageError("a password is needed: type it, or give it as one line on the standard input")
        }
        return line
    }

    /// Asks after the echo is off, so that input is neither shown nor lost once the question is visible.
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
