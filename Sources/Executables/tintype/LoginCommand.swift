import Client
import CommandLine
import Glibc
import Runtime

/// `tintype login`: stores a token for a server.
enum LoginCommand {
    static let syntax = CommandSyntax(
        "login",
        "Log in to a server. It asks for the password, or reads it as one line if the input is not a terminal.",
        options: ClientSession.connectionOptions + [ClientSession.user])

    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        let session = try ClientSession(anonymous: arguments)
        guard let handle = try arguments.value(of: ClientSession.user) ?? Prompt.line("Account: "), !handle.isEmpty
        else {
            throw UsageError("say which account: tintype login --user HANDLE")
        }
        let password = try Prompt.password("Password of \(SanitizedText.of(handle)) at \(session.address): ")
        let login = Login(session.address, file: try ClientFolders.credentials()) { session.connection(as: $0) }
        let account = await Result {
            try await login.logIn(handle: handle, password: password, machine: machine)
        }
        if case .success(let handle) = account {
            try await session.console.print("logged in to \(session.address) as \(SanitizedText.of(handle))")
        }
        await session.close()
        _ = try account.get()
        return Program.Exit.ok
    }

    private static var machine: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "a machine" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
