import Client
import CommandLine

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
        return try await session.run { _, console in
            for try await image in listing {
                try await console.print(isJSON ? try image.jsonText : row(image))
            }
            return Program.Exit.ok
        }
    }

    /// Id, date, size, title.
    private static func row(_ image: RemoteImage) -> String {
        let date = (image.dateTaken ?? image.dateAdded).prefix(19).replacing("T", with: " ")
        return "\(image.id)  \(date)  \(Amount.column(image.bytes))  \(SanitizedText.of(image.title))"
    }
}
