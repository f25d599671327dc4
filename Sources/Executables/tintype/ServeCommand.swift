import CommandLine
import Composition
import Domain
import Glibc
import KeyStorage
import Runtime
import SystemIO
import Telemetry

/// `tintype serve`: the server.
enum ServeCommand {
    private static let reset = Option(flag: "reset", "Remove every image and start empty, after a confirmation.")
    private static let yes = Option(flag: "yes", "Skip the confirmation of --reset.")

    static let syntax = CommandSyntax(
        "serve", "Run the server: store images, and serve them over HTTP.",
        options: ServerOptions.all + [ServerConfiguration.option, reset, yes], fileOptions: ServerOptions.all)

    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        var settings = try ServerSettings(arguments)
        settings.listener.inheritedSockets = try SocketActivation.descriptors(environment: Program.environment)
        let hangups = ChangeSignal()
        try HangupSignal.take(hangups)
        ProcessLimits.raiseOpenFiles()
        let folder = try await DataFolder.open(
            settings.dataFolder, cacheBytes: settings.cacheBytes, lockTimeout: .seconds(1))
        guard folder.lock != nil else {
            throw UsageError("another server works on the data folder \(folder.path): choose another --data")
        }
        if try arguments.value(of: reset) {
            guard try confirmReset(of: folder, arguments) else { return Program.Exit.usage }
            try await folder.reset()
        }
        let log = try Program.log(from: settings.logLevel)
        if folder.wasOpenToOthers {
            do {
                try folder.makePrivate()
                log.log(.info, "other users of this machine could read the data folder: they cannot any more")
            } catch {
                log.log(
                    .warning, "other users of this machine can read the data folder, and this cannot be changed",
                    ["reason": "\(error)"])
            }
        }
        let server = ServerAssembly(
            try RepositoryAssembly(folder: folder, settings: settings, log: log), folder: folder,
            keys: try KeyRing(dataFolder: folder.path),
            addressKeys: try AddressKeys(dataFolder: folder.path, shared: Program.sharedSigningKey()),
            shareKeys: try ShareKeys(dataFolder: folder.path, shared: Program.sharedShareKey()),
            settings: settings)
        for line in try await server.startNotices() { log.log(.warning, line) }
        let http = server.httpServices { addresses in
            print("Tintype listens on \(addresses.joined(separator: " and ")) and keeps everything in \(folder.path)")
            fflush(nil)
        }
        let reload = ConfigurationReload(server, arguments: arguments, requests: hangups)
        return try await Program.serve(server.services + [reload] + http, log: log)
    }

    private static func confirmReset(of folder: DataFolder, _ arguments: ParsedArguments) throws -> Bool {
        if try arguments.value(of: yes) { return true }
        guard Prompt.isPossible else {
            Program.printError(
                "--reset would remove every image in \(folder.path): add --yes to do that without being asked")
            return false
        }
        return Prompt.line("This removes every image in \(folder.path), for good. Type yes to go on: ") == "yes"
    }
}
