internal import BlobStorage
internal import CatalogStorage
import API
import CommandLine
import Domain
import Glibc
import HTTPServer
import HTTPTypes
import Imaging
import KeyStorage
import RenditionStorage
import Runtime
import Services
import SystemIO
import Telemetry

/// `tintype serve`: the server.
enum ServeCommand {
    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        let settings = try ServeSettings(arguments)
        let openFiles = ProcessLimits.raiseOpenFiles()
        let stores = try await Stores.open(arguments, cacheBytes: settings.cacheBytes, timeout: .seconds(1))
        guard stores.lock != nil else {
            throw UsageError("another server works on the data folder \(stores.folder): choose another --data")
        }
        if settings.resets {
            guard confirmReset(of: stores.folder, settings) else { return Program.Exit.usage }
            try await stores.reset()
        }
        let log = Logger(output: FileDescriptor(owning: STDERR_FILENO), level: settings.logLevel) {
            Timestamp.now.description
        }
        let swept = try await stores.store.sweep { key in
            guard let digest = key.digest, let type = key.type else { return false }
            return try await stores.catalog.file(of: digest, type)?.key == key
        }
        if swept > 0 { log.log(.warning, "leftovers of a crash removed", ["files": .number(Int64(swept))]) }
        try await stores.cache.scan()
        try await stores.cache.purgeUnknown { try await stores.catalog.isKnown($0) }
        // The data folder is ours alone: whoever holds a lease was killed.
        try await stores.catalog.endLeases()
        try await checkAccess(settings, stores)
        let keys = try KeyRing(dataFolder: stores.folder)
        let house = ServerAssembly(
            stores: stores, keys: keys, addressKeys: try AddressKeys(dataFolder: stores.folder), settings: settings,
            log: log, openFiles: openFiles)
        let server = try Server(
            host: settings.host, port: settings.port, threads: settings.httpThreads, limits: settings.limits,
            graceSeconds: settings.graceSeconds, handler: house.handler)
        house.observe(server)
        TerminationSignals.postpone()
        print(
            "Tintype listens on http://\(settings.hostInURL):\(server.port)/ and keeps everything in \(stores.folder)")
        fflush(nil)
        try await serve(server, house)
        await house.imaging.close()
        await house.passwords.close()
        await stores.close()
        log.log(.info, "stopped")
        log.close()
        return Program.Exit.ok
    }

    /// Serves until a signal asks to end; then the server stops first, and the jobs under way are finished.
    private static func serve(_ server: Server, _ house: ServerAssembly) async throws {
        let runner = Task { await house.runner.run() }
        let pyramids = Task { await house.renditions.makePyramids() }
        let serving = Task { try await server.run() }
        let waiting = Task {
            await TerminationSignals.wait()
            house.log.log(.info, "stopping")
            serving.cancel()
        }
        defer { waiting.cancel() }
        let outcome = await serving.result
        runner.cancel()
        pyramids.cancel()
        await runner.value
        await pyramids.value
        try outcome.get()
    }

    /// Anonymous writing from elsewhere must be wanted in so many words.
    private static func checkAccess(_ settings: ServeSettings, _ stores: Stores) async throws {
        guard settings.access == .untilAccounts, !settings.isLoopback else { return }
        guard try await stores.catalog.hasAccounts() else {
            throw UsageError(
                "on \(settings.host) everybody who reaches this port could add and delete images: make an account first (\(Program.name) accounts add HANDLE), give --access accounts or --access open in so many words, or listen on 127.0.0.1"
            )
        }
    }

    private static func confirmReset(of folder: String, _ settings: ServeSettings) -> Bool {
        if settings.confirmsReset { return true }
        guard Prompt.isPossible else {
            Program.printError(
                "--reset would remove every image in \(folder): add --yes to do that without being asked")
            return false
        }
        return Prompt.line("This removes every image in \(folder), for good. Type yes to go on: ") == "yes"
    }
}
