import Client
import CommandLine
import Domain
import Runtime
import SystemIO

/// `tintype download`: downloads images.
enum DownloadCommand {
    /// The types of files that can be downloaded.
    private enum Kind: String, CaseIterable {
        case original, thumbnail
        case fullSize = "full-size"
    }

    private static let all = Option(flag: "all", "Fetch all images that you may see.")
    private static let to = Option(
        "to", "FOLDER", .text, default: ".", "The destination folder. It is created if it does not exist.")
    private static let type = Option(
        "type", "TYPE", .choice, default: Kind.original, "The files to fetch: original, full-size or thumbnail.")
    private static let concurrency = Option(
        "concurrency", "NUMBER", .integer(in: 1...64), default: 4, "The number of images that are fetched concurrently."
    )

    static let syntax = CommandSyntax(
        "download", "Fetch images from a server into a folder, except those that are there already.",
        options: ClientSession.options + ImageSelection.options + [
            all, to, type, concurrency,
        ], arguments: "[ID …]")

    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        let selection = try selection(arguments)
        let kind = try arguments.value(of: type)
        let types: [Kind: FileType] = [.original: .original, .fullSize: .fullSize, .thumbnail: .thumbnail]
        var options = Download.Options(
            folder: FilePath(try arguments.value(of: to)), type: types[kind] ?? .original)
        options.concurrency = try arguments.value(of: concurrency)
        // A file that grows past a limit then fails its write, and does not end the process.
        ProcessLimits.ignoreFileSizeSignal()
        let session = try ClientSession(arguments, concurrency: options.concurrency + 1)
        let run = try ClientRun(session, arguments, verb: "fetched")
        let download = Download(session.connection(progress: run.progress), progress: run.progress, options: options)
        let status = await Result { try await run.run { try await download.run(selection) } }
        await session.close()
        return try status.get()
    }

    private static func selection(_ arguments: ParsedArguments) throws -> Download.Selection {
        let ids = try ImageSelection.ids(arguments)
        let query = try ImageSelection.query(arguments)
        let isAll = try arguments.value(of: all)
        if !ids.isEmpty {
            guard query.words.isEmpty, query.tags.isEmpty, !isAll else {
                throw UsageError("name either ids, or what the images have in common")
            }
            return .ids(ids)
        }
        guard !query.isEmpty || isAll else {
            throw UsageError("say which images: ids, --keywords, --keyword, --tag, --user, or --all")
        }
        return .query(query)
    }
}
