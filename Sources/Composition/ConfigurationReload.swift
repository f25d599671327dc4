public import CommandLine
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
            try server.rereadKeys()
        } catch {
            log.log(
                .error, "the configuration has a mistake, and stays as it was",
                ["reason": .text(ServiceError(explaining: error)?.message ?? "\(error)")])
            return
        }
        let changed = ServerOptions.all.filter { former.origin(of: $0).text != next.origin(of: $0).text }.map(\.name)
        let reloadable = Set(ServerOptions.reloadable.map(\.name))
        var applied = changed.filter(reloadable.contains)
        if server.apply(settings), !applied.contains(ServerOptions.presets.name) {
            applied.append(ServerOptions.presets.name)
        }
        let names = applied.isEmpty ? "nothing" : applied.joined(separator: ", ")
        log.log(.info, "the configuration was read again", ["changed": .text(names)])
        let others = changed.filter { !reloadable.contains($0) }
        if !others.isEmpty {
            log.log(
                .warning, "these options were changed, but count only after a restart",
                ["options": .text(others.joined(separator: ", "))])
        }
        // What counts only after a restart still differs from what is in force: it is told again next time.
        arguments.replace(with: former.replacing(reloadable, from: next))
    }
}
