public import CommandLine
internal import Domain
internal import Imaging
internal import Runtime
internal import Services
internal import SystemIO

/// Looks at everything that a server needs, and says in plain words what is wrong. It changes nothing, and may look
/// while a server works.
public struct Doctor: Sendable {
    private let arguments: ParsedArguments
    private let program: String

    /// - Parameters:
    ///   - arguments: those of `serve`, without the values of a configuration file.
    ///   - program: the user agent for requests to a server.
    public init(_ arguments: ParsedArguments, program: String) {
        (self.arguments, self.program) = (arguments, program)
    }

    /// Looks at the installation on this machine.
    public func examine() async throws -> [Finding] {
        let (settings, configuration) = try configuration()
        let local = await onThread {
            let folder = DataFolderCheck(folder: settings.dataFolder).findings()
            let resources = ResourceCheck(settings: settings).findings()
            let certificate = CertificateCheck(settings: settings).findings(now: .now)
            let clock = ClockCheck(folder: settings.dataFolder).findings(now: .now)
            let catalogue = CatalogueCheck(folder: settings.dataFolder).findings()
            return folder + catalogue + resources + certificate + clock + CodecCheck().findings()
        }
        return configuration + local + (await DecoderCheck(settings: settings).findings())
    }

    /// Looks at a server that runs, and at the proxies in front of it.
    ///
    /// - Parameters:
    ///   - url: its public address.
    ///   - certificateFile: certificates to trust instead of the system's.
    public func examine(url: String, certificateFile: String?) async throws -> [Finding] {
        try await AddressCheck(url: url, program: program, certificateFile: certificateFile).findings()
    }

    /// Runs what blocks on a thread of its own.
    private func onThread(_ body: @escaping @Sendable () -> [Finding]) async -> [Finding] {
        await withCheckedContinuation { continuation in
            SystemThread { continuation.resume(returning: body()) }.detach()
        }
    }

    /// The settings, as far as they can be read: those of the data folder and the defaults if there is a mistake.
    private func configuration() throws -> (ServerSettings, [Finding]) {
        do {
            let completed = try ServerConfiguration.completed(arguments, for: ServerOptions.all)
            let settings = try ServerSettings(completed)
            let file = try arguments.value(of: ServerConfiguration.option)
            return (settings, [.ok("configuration", file.map { "\($0) has no mistake" } ?? "it has no mistake")])
        } catch {
            let message = ServiceError(explaining: error)?.message ?? "\(error)"
            var settings = try ServerSettings()
            settings.dataFolder = FilePath(try arguments.value(of: DataFolder.option))
            let advice = "correct it: the server does not start with it, and what follows was examined with defaults"
            return (settings, [.problem("configuration", message, advice)])
        }
    }
}
