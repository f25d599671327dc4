import Client
import CommandLine
import Runtime
import Glibc
import SystemIO

/// `tintype login`: keeps a token for a server.
enum LoginCommand {
    static let syntax = CommandSyntax(
        "login", "Log in to a server. The password is asked for, or read as one line where the input is no terminal.",
        options: ClientSession.options.filter { $0.name != "json" } + [ClientSession.userOption])

    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        // Reading a line cannot be cancelled: a signal ends the program from here.
        let watching = Task {
            let number = await TerminationSignals.wait()
            Terminal.restoreEcho(STDIN_FILENO)
            ProcessEnd.now(128 + number)
        }
        defer { watching.cancel() }
        let session = try ClientSession(anonymous: arguments)
        guard let handle = try arguments.value("user") ?? ask("Account", secretly: false), !handle.isEmpty else {
            throw UsageError("say which account: tintype login --user HANDLE")
        }
        guard let password = try ask("Password of \(HarmlessText.of(handle)) at \(session.address)", secretly: true),
            !password.isEmpty
        else { throw UsageError("a password is needed: type it, or give it as one line on the standard input") }
        let login = Login(session.address, file: try ClientFolders.credentials()) { session.connection(as: $0) }
        let account = await Result {
            try await login.logIn(handle: handle, password: password, machine: machine)
        }
        if case .success(let handle) = account {
            try await session.console.print("logged in to \(session.address) as \(HarmlessText.of(handle))")
        }
        await session.close()
        _ = try account.get()
        return Program.Exit.ok
    }

    /// One line of the standard input; nil at its end. On a terminal it is asked for.
    private static func ask(_ question: String, secretly: Bool) throws -> String? {
        guard Terminal.isTerminal(STDIN_FILENO) else { return secretly ? readLine() : nil }
        print("\(question): ", terminator: "")
        fflush(nil)
        guard secretly else { return readLine() }
        let answer = try Terminal.withoutEcho(STDIN_FILENO) { readLine() }
        print()
        return answer
    }

    private static var machine: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "a machine" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
