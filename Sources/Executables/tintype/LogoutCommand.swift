import Client
import CommandLine
import Runtime

/// `tintype logout`: revokes the token and removes it.
enum LogoutCommand {
    static let syntax = CommandSyntax(
        "logout", "Log out from a server: revoke the token on the server, and remove it from this machine.",
        options: ClientSession.connectionOptions)

    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        let session = try ClientSession(anonymous: arguments)
        let login = Login(session.address, file: try ClientFolders.credentials()) { session.connection(as: $0) }
        let outcome = await Result { try await login.logOut() }
        if case .success(let handle) = outcome {
            try await session.console.print(
                handle.map { "logged out from \(session.address), where you were \(SanitizedText.of($0))" }
                    ?? "you were not logged in to \(session.address)")
        }
        await session.close()
        _ = try outcome.get()
        return Program.Exit.ok
    }
}
