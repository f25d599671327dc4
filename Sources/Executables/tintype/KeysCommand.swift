import CommandLine
import Composition
import KeyStorage
import SystemIO

/// `tintype keys`: the keys that sign addresses, even while a server runs.
enum KeysCommand {
    static let syntax = CommandSyntax(
        "keys", "List, add and remove the keys that sign addresses.",
        options: [DataFolder.option, ServerConfiguration.option], arguments: "list | add | remove ID",
        fileOptions: [DataFolder.option])

    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        let words = arguments.arguments
        let keys = try open(arguments)
        switch (words.first, words.count) {
        case ("list", 1): for key in try keys.list() { print("\(key.id)\t\(key.created)") }
        case ("add", 1): print(try keys.add().id)
        case ("remove", 2):
            guard try keys.remove(words[1]) else { throw UsageError("there is no key '\(words[1])': see keys list") }
        default: throw UsageError("say what to do: keys list, keys add, or keys remove ID")
        }
        return Program.Exit.ok
    }

    static func open(_ arguments: ParsedArguments) throws -> AddressKeys {
        let folder = FilePath(try arguments.value(of: DataFolder.option))
        guard try FileStatus.find(folder, followingLinks: true)?.kind == .folder else {
            throw UsageError("there is no data folder \(folder): name it with --data")
        }
        return try AddressKeys(dataFolder: folder, shared: Program.sharedSigningKey())
    }
}
