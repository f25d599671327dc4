internal import API
internal import HTTPServer
internal import HTTPTypes
internal import Runtime
internal import Services
internal import Telemetry

/// What a request passes through before its route, as far as it depends on settings that can change while the server
/// runs. Each request passes through one state of it.
final class RequestChain: HTTPHandler {
    private struct State {
        let handler: any HTTPHandler
        let logsRequests: Bool
    }

    /// The proxies whose forwarding fields are believed.
    let proxies: Replaceable<TrustedProxies>
    /// The certificate of the connections that follow; nil if the server was started without one.
    let certificate: Replaceable<TLSCertificate>?
    private let routes: [Route]
    private let authenticator: Authenticator
    private let log: Logger
    private let state: Replaceable<State>

    init(routes: [Route], authenticator: Authenticator, log: Logger, settings: ServerSettings) {
        (self.routes, self.authenticator, self.log) = (routes, authenticator, log)
        proxies = Replaceable(settings.listener.proxies)
        certificate = settings.listener.certificate.map { Replaceable($0) }
        state = Replaceable(Self.makeState(routes, authenticator, log, settings))
    }

    /// Whether every request is logged.
    var logsRequests: Bool { state.value.logsRequests }

    /// Applies settings to the requests that follow.
    func apply(_ settings: ServerSettings) {
        state.replace(with: Self.makeState(routes, authenticator, log, settings))
        proxies.replace(with: settings.listener.proxies)
        if let next = settings.listener.certificate { certificate?.replace(with: next) }
    }

    func respond(to request: HTTPRequest) async -> HTTPResponse { await state.value.handler.respond(to: request) }

    func refuse(_ refusal: HTTPRefusal) -> HTTPResponse { state.value.handler.refuse(refusal) }

    private static func makeState(
        _ routes: [Route], _ authenticator: Authenticator, _ log: Logger, _ settings: ServerSettings
    ) -> State {
        let application = Application(
            routes: routes, log: log, authenticator: authenticator,
            local: LocalAccess(users: settings.localUsers.isEmpty ? nil : settings.localUsers))
        let sameOrigin = SameOrigin(TusProtocol(ShareHeaders(application)), origins: settings.origins)
        let crossOrigin = CrossOrigin(sameOrigin, origins: settings.origins)
        return State(
            handler: HostCheck(crossOrigin, names: settings.allowedHosts, publicURL: settings.publicURL),
            logsRequests: settings.logsRequests)
    }
}
