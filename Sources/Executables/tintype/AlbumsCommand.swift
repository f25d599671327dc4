import Client
import CommandLine
import Domain
import SystemIO

/// `tintype albums`: the albums of a server, and their images.
enum AlbumsCommand {
    private static let `public` = Option(flag: "public", "Let everybody see the new album.")
    private static let parent = Option<String?>(
        "parent", "ALBUM", .text, "The album that the new one is in. By default it is in none.")
    private static let search = Option<String?>(
        "search", "QUERY", .text, "Add all images that match, in the search language (docs/search.md).")
    private static let sharePrivate = Option<Bool?>(
        "share-private", "yes|no", .yesOrNo,
        "Whether private images of yours are shown to those who see the album. Without it, nothing is added that would show some."
    )

    static let syntax = CommandSyntax(
        "albums", "List, make, fill and delete the albums of a server. ALBUM is an id or a title.",
        options: ClientSession.options + [ClientSession.user, `public`, parent, search, sharePrivate],
        arguments: "list | create TITLE | add ALBUM [ID …] | remove ALBUM ID … | delete ALBUM")

    private enum Action: Sendable {
        case list, create(title: String, Visibility, parent: String?)
        case add([ImageID], search: String?, to: String, sharesPrivate: Bool?)
        case remove([ImageID], from: String)
        case delete(String)
    }

    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        let action = try action(arguments)
        let session = try ClientSession(arguments, as: try arguments.value(of: ClientSession.user), concurrency: 1)
        let isJSON = try arguments.value(of: ClientSession.json)
        return try await session.run { connection, console in
            switch action {
            case .list: try await list(connection, console, isJSON: isJSON)
            case .create(let title, let visibility, let parent):
                try await create(title, visibility, in: parent, connection, console, isJSON: isJSON)
            case .add(let ids, let search, let album, let sharesPrivate):
                let id = try await find(album, connection)
                var ids = ids
                if let search { ids += try await ImageListing.ids(matching: search, connection) }
                return try await add(ids, to: id, sharesPrivate, connection, console, isJSON: isJSON)
            case .remove(let ids, let album):
                return try await remove(
                    ids, from: try await find(album, connection), connection, console, isJSON: isJSON)
            case .delete(let album):
                let id = try await find(album, connection)
                try await connection.delete(id)
                try await console.print(isJSON ? #"{"event":"deleted","id":"\#(id)"}"# : "deleted  \(id)")
            }
            return Program.Exit.ok
        }
    }

    private static func action(_ arguments: ParsedArguments) throws -> Action {
        let words = arguments.arguments
        try arguments.refuseOptions(
            of: words.first ?? "nothing",
            except: [
                (`public`, ["create"]), (parent, ["create"]), (self.search, ["add"]), (sharePrivate, ["add"]),
            ])
        let search = try arguments.value(of: search)
        switch (words.first, words.count) {
        case ("list", 1): return .list
        case ("create", 2):
            return .create(
                title: words[1], try arguments.value(of: `public`) ? .public : .private,
                parent: try arguments.value(of: parent))
        case ("add", 2...) where words.count > 2 || search != nil:
            return .add(
                try words.dropFirst(2).map(ImageSelection.id), search: search, to: words[1],
                sharesPrivate: try arguments.value(of: sharePrivate))
        case ("add", _): throw UsageError("say which album, and which images: by their ids, or by --search")
        case ("remove", 3...): return .remove(try words.dropFirst(2).map(ImageSelection.id), from: words[1])
        case ("remove", _): throw UsageError("say which album, and which images by their ids")
        case ("delete", 2): return .delete(words[1])
        default: throw UsageError("say what to do: list, create, add, remove or delete; see --help")
        }
    }

    private static func list(_ connection: Connection, _ console: Console, isJSON: Bool) async throws {
        try await eachAlbum(connection) { album in
            try await console.print(isJSON ? try album.jsonText : row(album))
        }
    }

    /// Id, number of images, who sees it, title.
    private static func row(_ album: RemoteAlbum) -> String {
        let count = String(album.count)
        let padding = String(repeating: " ", count: max(0, 7 - count.count))
        return
            "\(album.id)  \(padding)\(count)  \(album.visibility == .public ? "public " : "private")  \(SanitizedText.of(album.title))"
    }

    private static func eachAlbum(
        _ connection: Connection, _ body: (RemoteAlbum) async throws -> Void
    ) async throws {
        var cursor: String?
        repeat {
            let page = try await connection.albums(limit: 500, after: cursor)
            for album in page.albums { try await body(album) }
            cursor = page.next
        } while cursor != nil
    }

    /// The album with an id or a title.
    static func find(_ name: String, _ connection: Connection) async throws -> AlbumID {
        if let id = AlbumID(name) { return id }
        var found: [AlbumID] = []
        try await eachAlbum(connection) { if $0.title == name { found.append($0.id) } }
        switch found.count {
        case 1: return found[0]
        case 0:
            throw ClientError(
                .notFound, "there is no album '\(name)': tintype albums list prints those that there are")
        default:
            throw ClientError(
                .usage,
                "\(found.count) albums have the title '\(name)': give the id of one, such as \(found[0])")
        }
    }

    private static func create(
        _ title: String, _ visibility: Visibility, in parent: String?, _ connection: Connection, _ console: Console,
        isJSON: Bool
    ) async throws {
        var parentID: AlbumID?
        if let parent { parentID = try await find(parent, connection) }
        let album = try await connection.make(AlbumToMake(title: title, visibility: visibility, parent: parentID))
        try await console.print(isJSON ? try album.jsonText : row(album))
    }

    private static func add(
        _ ids: [ImageID], to album: AlbumID, _ sharesPrivate: Bool?, _ connection: Connection, _ console: Console,
        isJSON: Bool
    ) async throws -> Int32 {
        var (added, present, refused) = (0, 0, 0)
        for part in ids.parts(of: Connection.maximumAlbumImages) {
            let receipt = try await connection.add(part, to: album, sharesPrivate: sharesPrivate)
            added += receipt.added.count
            present += receipt.present.count
            refused += receipt.unknown.count + receipt.forbidden.count
            for id in receipt.added {
                try await console.print(isJSON ? #"{"event":"added","id":"\#(id)"}"# : "added    \(id)")
            }
            for id in receipt.unknown { try await report(id, "there is no such image", console, isJSON) }
            for id in receipt.forbidden {
                try await report(id, "it is somebody else's, and you may not add it", console, isJSON)
            }
        }
        if !isJSON {
            await console.printError("\(Program.name): \(added) added, \(present) in it already, \(refused) not")
        }
        return refused == 0 ? Program.Exit.ok : Program.Exit.findings
    }

    private static func remove(
        _ ids: [ImageID], from album: AlbumID, _ connection: Connection, _ console: Console, isJSON: Bool
    ) async throws -> Int32 {
        var removed: Set<ImageID> = []
        for part in ids.parts(of: Connection.maximumAlbumImages) {
            removed.formUnion(try await connection.remove(part, from: album))
        }
        for id in ids {
            if removed.contains(id) {
                try await console.print(isJSON ? #"{"event":"removed","id":"\#(id)"}"# : "removed  \(id)")
            } else {
                try await report(id, "it is not in the album, or you may not remove it", console, isJSON)
            }
        }
        if !isJSON {
            await console.printError("\(Program.name): \(removed.count) removed, \(ids.count - removed.count) not")
        }
        return removed.count == Set(ids).count ? Program.Exit.ok : Program.Exit.findings
    }

    private static func report(_ id: ImageID, _ reason: String, _ console: Console, _ isJSON: Bool) async throws {
        var line = JSONLine(event: "refused")
        line.add("id", id.description)
        line.add("reason", reason)
        try await console.print(isJSON ? line.text : "refused  \(id)  \(reason)")
    }
}

extension OptionType where Value == Bool {
    /// `yes` or `no`.
    fileprivate static var yesOrNo: OptionType {
        OptionType("yes or no", words: ["yes", "no"], text: { $0 ? "yes" : "no" }) { ["yes": true, "no": false][$0] }
    }
}

extension ImageListing {
    /// The ids of the images that match a query of the search language.
    fileprivate static func ids(matching query: String, _ connection: Connection) async throws -> [ImageID] {
        var criteria = ImageQuery()
        criteria.words = [query]
        var ids: [ImageID] = []
        for try await image in ImageListing(connection, criteria, limit: nil) { ids.append(image.id) }
        return ids
    }
}

extension Array {
    /// Consecutive parts, each of so many elements at most.
    fileprivate func parts(of length: Int) -> [[Element]] {
        stride(from: 0, to: count, by: length).map { Array(self[$0..<Swift.min($0 + length, count)]) }
    }
}
