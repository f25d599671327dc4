import Client
import CommandLine
import Domain

/// `tintype trash`: what is in the trash of a server, and back.
enum TrashCommand {
    private static let all = Option(
        flag: "all",
        "Restore everything that is in the trash, but for what images were before their originals were replaced.")
    private static let yes = Option(flag: "yes", "Empty the trash without confirmation.")

    static let syntax = CommandSyntax(
        "trash", "List, restore and empty the trash of a server.",
        options: ClientSession.options + [ClientSession.user, all, yes], arguments: "list | restore [ID …] | empty")

    private enum Action: Sendable {
        case list, restore([ImageID]), restoreAll, empty
    }

    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        let action = try action(arguments)
        let session = try ClientSession(arguments, as: try arguments.value(of: ClientSession.user), concurrency: 1)
        let isJSON = try arguments.value(of: ClientSession.json)
        return try await session.run { connection, _ in
            switch action {
            case .list: try await list(session, isJSON: isJSON)
            case .restore(let ids): try await restore(ids, session, isJSON: isJSON)
            case .restoreAll: try await restore(try await everything(connection), session, isJSON: isJSON)
            case .empty: try await empty(session, isJSON: isJSON)
            }
        }
    }

    private static func action(_ arguments: ParsedArguments) throws -> Action {
        let (words, isAll) = (arguments.arguments, try arguments.value(of: all))
        try arguments.refuseOptions(
            of: words.first ?? "nothing", except: [(all, ["restore"]), (yes, ["empty"])])
        switch (words.first, words.count) {
        case ("list", 1): return .list
        case ("restore", 1) where isAll: return .restoreAll
        case ("restore", 2...) where !isAll: return .restore(try words.dropFirst().map(ImageSelection.id))
        case ("restore", _): throw UsageError("say which images to restore, either by their ids or by --all")
        case ("empty", 1):
            guard try arguments.value(of: yes) else {
                throw UsageError(
                    "this deletes everything in the trash for good: look at it with tintype trash list, then add --yes")
            }
            return .empty
        default: throw UsageError("say what to do: list, restore or empty; see --help")
        }
    }

    private static func list(_ session: ClientSession, isJSON: Bool) async throws -> Int32 {
        try await eachPage(of: session.connection()) { images in
            for image in images { try await session.console.print(isJSON ? try image.jsonText : row(image)) }
        }
        return Program.Exit.ok
    }

    /// Id, when it is deleted for good, size, title.
    private static func row(_ image: RemoteImage) -> String {
        let until = image.expiresAt.map { "until \($0.prefix(10))" } ?? ""
        let version = image.versionOf.map { "  (a former version of \($0))" } ?? ""
        return "\(image.id)  \(until)  \(Amount.column(image.bytes))  \(SanitizedText.of(image.title))\(version)"
    }

    private static func everything(_ connection: Connection) async throws -> [ImageID] {
        var ids: [ImageID] = []
        try await eachPage(of: connection) { ids += $0.filter { $0.versionOf == nil }.map(\.id) }
        return ids
    }

    private static func eachPage(
        of connection: Connection, _ body: ([RemoteImage]) async throws -> Void
    ) async throws {
        var cursor: String?
        repeat {
            let page = try await connection.trash(limit: 500, after: cursor)
            try await body(page.images)
            cursor = page.next
        } while cursor != nil
    }

    private static func restore(_ ids: [ImageID], _ session: ClientSession, isJSON: Bool) async throws -> Int32 {
        let (connection, console) = (session.connection(), session.console)
        var (restored, left) = (0, 0)
        for start in stride(from: 0, to: ids.count, by: Connection.maximumRestored) {
            let part = Array(ids[start..<min(start + Connection.maximumRestored, ids.count)])
            let receipt = try await connection.restore(part)
            let unknown = Set(receipt.unknown)
            restored += receipt.restored.count
            left += receipt.duplicates.count + unknown.count
            for id in receipt.restored {
                try await console.print(isJSON ? #"{"event":"restored","id":"\#(id)"}"# : "restored  \(id)")
            }
            for id in part {
                if let existing = receipt.duplicates[id.description] {
                    let reason = "there is another image of the same file: \(existing)"
                    try await report(id, reason, to: console, isJSON: isJSON)
                } else if unknown.contains(id) {
                    try await report(id, "not in the trash", to: console, isJSON: isJSON)
                }
            }
        }
        if !isJSON { await console.printError("\(Program.name): \(restored) restored, \(left) not") }
        return left == 0 ? Program.Exit.ok : Program.Exit.findings
    }

    private static func report(
        _ id: ImageID, _ reason: String, to console: Console, isJSON: Bool
    ) async throws {
        try await console.print(
            isJSON ? #"{"event":"refused","id":"\#(id)","reason":"\#(reason)"}"# : "refused   \(id)  \(reason)")
    }

    private static func empty(_ session: ClientSession, isJSON: Bool) async throws -> Int32 {
        let count = try await session.connection().emptyTrash()
        try await session.console.print(isJSON ? #"{"deleted":\#(count)}"# : "\(count) deleted for good")
        return Program.Exit.ok
    }
}
