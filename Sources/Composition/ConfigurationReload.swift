public import CommandLine
internal import Domain
internal import HTTPServer
internal import Services
public import Runtime
internal import Telemetry

/// Reads the configuration again when it is asked to, and applies what can change while the server runs. A mistake
/// changes nothing.
public struct ConfigurationReload: Service {
    private let server: ServerAssembly
    private let arguments: Replaceable<ParsedArguments>
    private let requests: ChangeSignal
    private let log: Logger

    /// - Parameters:
    ///   - arguments: those that the server was started with.
    ///   - requests: signals when the configuration is to be read again.
    public init(_ server: ServerAssembly, arguments: ParsedArguments, requests: ChangeSignal) {
        (self.server, self.requests, log) = (server, requests, server.log)
        self.arguments = Replaceable(arguments)
    }

    public func run(ready: @escaping @Sendable () -> Void) async {
        ready()
        var seen: UInt64 = 0
        while true {
            await requests.wait(after: seen)
            if Task.isCancelled { return }
            seen = requests.generation
            reload()
        }
    }

    /// Reads and applies the configuration once.
    func reload() {
        let (former, next, settings): (ParsedArguments, ParsedArguments, ServerSettings)
        do {
            former = arguments.value
            next = try ServerConfiguration.completed(former)
            settings = try ServerSettings(next)
            try checkCertificate(of: settings)
            try server.rereadKeys()
        } catch {
            log.log(
                .error, "the configuration has a mistake, and stays as it was",
                ["reason": .text(ServiceError(explaining: error)?.message ?? "\(error)")])
            return
        }
        let changed = ServerOptions.all.filter { former.origin(of: $0).text != next.origin(of: $0).text }.map(\.name)
        var reloadable = Set(ServerOptions.reloadable.map(\.name))
        // Whether an address speaks TLS is settled when it is listened on.
        if (settings.listener.certificate == nil) != (server.certificate == nil) {
            reloadable.subtract(ServerOptions.tls)
        }
        var applied = changed.filter(reloadable.contains)
        applied += server.apply(settings).filter { !applied.contains($0) }
        let names = applied.isEmpty ? "nothing" : applied.joined(separator: ", ")
        log.log(.info, "the configuration was read again", ["changed": .text(names)])
        if let warning = server.certificate.flatMap({ CertificateValidity(of: $0, at: .now).warning }) {
            log.log(.warning, "\(warning)")
        }
        let others = changed.filter { !reloadable.contains($0) }
        if !others.isEmpty {
            log.log(
                .warning, "these options were changed, but count only after a restart",
                ["options": .text(others.joined(separator: ", "))])
        }
        // What counts only after a restart still differs from what is in force: it is told again next time.
        arguments.replace(with: former.replacing(reloadable, from: next))
    }

    /// A certificate that has expired does not replace one that is valid.
    private func checkCertificate(of settings: ServerSettings) throws(UsageError) {
        guard let former = server.certificate, let next = settings.listener.certificate,
            case .expired(let end) = CertificateValidity(of: next, at: .now)
        else { return }
        if case .expired = CertificateValidity(of: former, at: .now) { return }
        throw UsageError("--tls-certificate: the certificate expired at \(end)")
    }
}
