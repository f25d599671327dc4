import Client
import CommandLine
import Runtime
import SystemIO

/// `tintype verify`: reports which local images are on the server.
enum VerifyCommand {
    static let syntax = CommandSyntax(
        "verify", "Report which images in files and folders are not on the server.",
        options: ClientSession.options + [ClientSession.user],
        arguments: "FILE or FOLDER …")

    /// Exit status 0 if all are there, 1 if one is missing.
    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        let roots = arguments.arguments.map { FilePath($0) }
        guard !roots.isEmpty else { throw UsageError("name what to compare: tintype verify photos") }
        let session = try ClientSession(arguments, as: arguments.value(of: ClientSession.user), concurrency: 1)
        let run = try ClientRun(session, arguments, verb: "compared", isVerbose: false)
        let verification = Verification(session.connection(progress: run.progress), progress: run.progress)
        let status = await Result { try await run.run { try await verification.run(roots) } }
        await session.close()
        return try status.get()
    }
}
