import Chronology
import Client
import CommandLine
import Domain
import SystemIO

/// `tintype share`: images for people without an account.
enum ShareCommand {
    private static let album = Option<String?>(
        "album", "ALBUM", .text, "Share an album of yours, by its id or title.")
    private static let children = Option(flag: "children", "With --album: the albums in it, too.")
    private static let search = Option<String?>(
        "search", "QUERY", .text, "Share what matches whenever somebody looks, in the search language (docs/search.md)."
    )
    private static let title = Option<String?>("title", "TEXT", .text, "What visitors see above the images.")
    private static let days = Option<Int?>(
        "days", "NUMBER", .integer(in: 1...36_500), "End the share after so many days. By default it does not end.")
    private static let password = Option(flag: "password", "Ask for a password that visitors need.")
    private static let originals = Option(flag: "originals", "Give the originals to visitors, not only renditions.")
    private static let place = Option(flag: "show-place", "Show where the pictures were taken.")
    private static let camera = Option(flag: "show-camera", "Show the camera.")
    private static let uploads = Option<Int64?>(
        "uploads", "SIZE", .byteCount, "With --album: let visitors send images into it, of so many bytes altogether.")
    private static let uploadCount = Option(
        "upload-count", "NUMBER", .integer(in: 1...100_000), default: 1000,
        "With --uploads: the most images that visitors may send altogether.")

    static let syntax = CommandSyntax(
        "share", "Share images of a server with people who have no account, by an address.",
        options: ClientSession.options + [
            ClientSession.user, album, children, search, title, days, password, originals, place, camera, uploads,
            uploadCount,
        ], arguments: "create [ID …] | list | end SHARE …")

    private enum Action: Sendable {
        case list, create(ShareToMake, album: String?), end([ShareID])
    }

    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        let action = try action(arguments)
        let session = try ClientSession(arguments, as: try arguments.value(of: ClientSession.user), concurrency: 1)
        let isJSON = try arguments.value(of: ClientSession.json)
        let server = session.address
        let uploads = try arguments.value(of: uploads).map { ($0, try arguments.value(of: uploadCount)) }
        return try await session.run { connection, console in
            switch action {
            case .list: try await list(server, connection, console, isJSON: isJSON)
            case .create(var share, let album):
                if let album {
                    let id = try await AlbumsCommand.find(album, connection)
                    share.album = id
                    share.uploads = uploads.map { ShareToMake.Uploads(album: id, bytes: $0, count: $1) }
                }
                let made = try await connection.make(share)
                try await console.print(isJSON ? try made.jsonText : address(of: made, server))
            case .end(let shares):
                for share in shares {
                    try await connection.end(share)
                    try await console.print(isJSON ? #"{"event":"ended","id":"\#(share)"}"# : "ended  \(share)")
                }
            }
            return Program.Exit.ok
        }
    }

    private static func action(_ arguments: ParsedArguments) throws -> Action {
        let words = arguments.arguments
        let creating: [any AnyOption] = [
            album, children, search, title, days, password, originals, place, camera, uploads, uploadCount,
        ]
        try arguments.refuseOptions(of: words.first ?? "nothing", except: creating.map { ($0, ["create"]) })
        switch (words.first, words.count) {
        case ("list", 1): return .list
        case ("create", _): return try creation(arguments)
        case ("end", 2...): return .end(try words.dropFirst().map(shareID))
        case ("end", _): throw UsageError("say which share: tintype share list prints their ids")
        default: throw UsageError("say what to do: create, list or end; see --help")
        }
    }

    private static func creation(_ arguments: ParsedArguments) throws -> Action {
        var share = ShareToMake()
        let ids = try arguments.arguments.dropFirst().map(ImageSelection.id)
        let album = try arguments.value(of: album)
        share.query = try arguments.value(of: search)
        share.images = ids.isEmpty ? nil : Array(ids)
        guard [share.images != nil, album != nil, share.query != nil].count(where: \.self) == 1 else {
            throw UsageError("say what to share: images by their ids, or --album, or --search")
        }
        let (includesChildren, takesUploads) = try (arguments.value(of: children), arguments.value(of: uploads) != nil)
        guard album != nil || !(includesChildren || takesUploads) else {
            throw UsageError("--children and --uploads are for --album")
        }
        share.includesChildren = includesChildren ? true : nil
        share.title = try arguments.value(of: title)
        share.expires = try arguments.value(of: days)
            .map { Timestamp.now.advanced(bySeconds: Double($0) * 86_400).description }
        share.givesOriginals = try arguments.value(of: originals)
        share.hidesPlace = try arguments.value(of: place) ? false : nil
        share.hidesCamera = try arguments.value(of: camera) ? false : nil
        if try arguments.value(of: password) { share.password = try Prompt.password("Password of the share: ") }
        return .create(share, album: album)
    }

    private static func shareID(_ text: String) throws -> ShareID {
        guard let id = ShareID(text) else {
            throw UsageError(
                "'\(SanitizedText.of(text))' is not the id of a share: tintype share list prints them")
        }
        return id
    }

    private static func address(of share: RemoteShare, _ server: ServerAddress) -> String {
        share.path.map { "\(server)\($0)" } ?? "\(share.id)"
    }

    private static func list(
        _ server: ServerAddress, _ connection: Connection, _ console: Console, isJSON: Bool
    ) async throws {
        var cursor: String?
        repeat {
            let page = try await connection.shares(limit: 500, after: cursor)
            for share in page.shares {
                try await console.print(isJSON ? try share.jsonText : row(share, server))
            }
            cursor = page.next
        } while cursor != nil
    }

    /// Id, what it shows and for how long, title, and the address on a line of its own.
    private static func row(_ share: RemoteShare, _ server: ServerAddress) -> String {
        let until = share.expiresAt.map { "until \($0.prefix(10))" } ?? "without end"
        let uses = [0: "never opened", 1: "opened once"][share.uses] ?? "opened \(share.uses) times"
        let lock = share.hasPassword ? ", with a password" : ""
        return """
            \(share.id)  \(share.kind), \(until), \(uses)\(lock)  \(SanitizedText.of(share.title))
                \(address(of: share, server))
            """
    }
}
