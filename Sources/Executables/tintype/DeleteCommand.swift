import Client
import CommandLine
import Runtime
import SystemIO

/// `tintype delete`: removes images from a server.
enum DeleteCommand {
    private static let permanent = Option(
        flag: "permanent", "Delete the images for good, instead of moving them to the server's trash.")
    private static let yes = Option(flag: "yes", "Remove all matching images without confirmation.")

    static let syntax = CommandSyntax(
        "delete", "Remove images from a server.",
        options: ClientSession.options + ImageSelection.options + [permanent, yes], arguments: "[ID …]")

    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        let ids = try ImageSelection.ids(arguments)
        let query = try ImageSelection.query(arguments)
        guard ids.isEmpty != query.isEmpty || (!ids.isEmpty && query.words.isEmpty && query.tags.isEmpty) else {
            throw UsageError("say which images, either by ids or by --keywords, --keyword, --tag or --user")
        }
        let isConfirmed = try arguments.value(of: yes)
        guard !ids.isEmpty || isConfirmed else {
            throw UsageError("this removes every image that matches: look at them with tintype list, then add --yes")
        }
        let session = try ClientSession(arguments, concurrency: 1)
        let run = try ClientRun(session, arguments, verb: "removed")
        let isPermanent = try arguments.value(of: permanent)
        let deletion = Deletion(
            session.connection(progress: run.progress), progress: run.progress,
            isPermanent: isPermanent)
        let status = await Result {
            try await run.run { if ids.isEmpty { try await deletion.run(query) } else { try await deletion.run(ids) } }
        }
        let isJSON = try arguments.value(of: ClientSession.json)
        if !isPermanent, !isJSON, run.progress.snapshot.tally.deleted > 0 {
            await session.console.printError(
                "\(Program.name): deleted images stay in the server's trash for its --trash-days; --permanent deletes for good"
            )
        }
        await session.close()
        return try status.get()
    }
}
