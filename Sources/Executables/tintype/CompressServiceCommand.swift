import CommandLine
import Composition
import Domain
import Glibc
import Runtime
import SystemIO
import Telemetry

/// `tintype compress-service`: a separate compressor, which stores nothing.
enum CompressServiceCommand {
    static let syntax = CommandSyntax(
        "compress-service", "Run a separate server that compresses the images of a Tintype server.",
        options: CompressServiceSettings.options)

    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        let settings = try CompressServiceSettings(arguments, environmentToken: Program.environmentToken)
        ProcessLimits.raiseOpenFiles()
        let log = try Program.log(from: .info)
        let compressor = CompressServiceAssembly(settings: settings, userAgent: Program.userAgent, log: log)
        let services = compressor.services { addresses in
            print(
                "Tintype compresses on \(addresses.joined(separator: " and ")) the images of \(settings.store)")
            fflush(nil)
        }
        return try await Program.serve(services, log: log)
    }
}
