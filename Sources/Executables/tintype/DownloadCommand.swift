import Client
import CommandLine
import Domain
import Runtime
import SystemIO

/// `tintype download`: brings images here.
enum DownloadCommand {
    /// What can be fetched.
    private enum Kind: String, CaseIterable {
        case original, thumbnail
        case fullSize = "full-size"
    }

    static let syntax = CommandSyntax(
        "download", "Fetch images of a server into a folder, and only those that are not there.",
        options: ClientSession.options + ImageSelection.options + [
            Option(flag: "all", "Fetch all images that may be seen."),
            Option("to", "FOLDER", default: ".", "The folder; made where it is missing."),
            Option("type", "TYPE", default: "original", "What to fetch: original, full-size or thumbnail."),
            Option("concurrency", "NUMBER", default: "4", "How many images are fetched at once."),
        ], arguments: "[ID …]")

    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        let selection = try selection(arguments)
        let kind = try arguments.choice("type", Kind.self) ?? .original
        let types: [Kind: FileType] = [.original: .original, .fullSize: .fullSize, .thumbnail: .thumbnail]
        var options = Download.Options(
            folder: FilePath(arguments.value("to") ?? "."), type: types[kind] ?? .original)
        options.concurrency = try arguments.number("concurrency", in: 1...64) ?? 4
        // A file that grows past a limit then fails its write, and does not end the process.
        ProcessLimits.ignoreFileSizeSignal()
        let session = try ClientSession(arguments, concurrency: options.concurrency + 1)
        let run = ClientRun(session, arguments, verb: "fetched")
        let download = Download(session.connection(progress: run.progress), progress: run.progress, options: options)
        let status = await Result { try await run.run { try await download.run(selection) } }
        await session.close()
        return try status.get()
    }

    private static func selection(_ arguments: ParsedArguments) throws -> Download.Selection {
        let ids = try ImageSelection.ids(arguments)
        let query = ImageSelection.query(arguments)
        if !ids.isEmpty {
            guard query.words.isEmpty, query.tags.isEmpty, !arguments.flag("all") else {
                throw UsageError("name either ids, or what the images have in common")
            }
            return .ids(ids)
        }
        guard !query.isEmpty || arguments.flag("all") else {
            throw UsageError("say which images: ids, --keywords, --keyword, --tag, --user, or --all")
        }
        return .query(query)
    }
}
