import Client
import CommandLine
import Runtime
import SystemIO

/// `tintype list`: lists the images of a server.
enum ListCommand {
    private static let limit = Option<Int?>(
        "limit", "NUMBER", .integer(in: 0...Int.max), "The maximum number of images. By default all are listed.")

    static let syntax = CommandSyntax(
        "list", "List the matching images of a server.",
        options: ClientSession.options + ImageSelection.options + [limit])

    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        let limit = try arguments.value(of: limit)
        let session = try ClientSession(arguments, concurrency: 1)
        let listing = ImageListing(session.connection(), try ImageSelection.query(arguments), limit: limit)
        let isJSON = try arguments.value(of: ClientSession.json)
        let (outcome, signal) = await Interruption.run {
            for try await image in listing {
                try await session.console.print(isJSON ? try image.jsonText : row(image))
            }
        }
        await session.close()
        if let signal { return 128 + signal }
        do {
            try outcome.get()
        } catch let error as SystemError where error.isBrokenPipe {
            // The reader has closed the output, as `head` does.
            return Program.Exit.ok
        }
        return Program.Exit.ok
    }

    /// Id, date, size, title.
    private static func row(_ image: RemoteImage) -> String {
        let date = (image.dateTaken ?? image.dateAdded).prefix(19).replacing("T", with: " ")
        return "\(image.id)  \(date)  \(Amount.column(image.bytes))  \(SanitizedText.of(image.title))"
    }
}
