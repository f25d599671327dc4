import CommandLine
import Glibc

/// Asks for a password without showing it; where there is no terminal, it is the first line of the standard input.
enum PasswordPrompt {
    static func read(_ question: String) throws(UsageError) -> String {
        let isTerminal = isatty(STDIN_FILENO) == 1
        if isTerminal {
            print(question, terminator: "")
            fflush(nil)
        }
        let line = isTerminal ? withoutEcho { readLine() } : readLine()
        if isTerminal { print() }
        guard let line, !line.isEmpty else { throw UsageError("a password is needed: type it, or send it in one line") }
        return line
    }

    private static func withoutEcho(_ body: () -> String?) -> String? {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return body() }
        var quiet = settings
        quiet.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet)
        defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) }
        return body()
    }
}
