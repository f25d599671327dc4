public import HTTPTypes
public import Services
public import Telemetry

/// The whole API: finds the route, calls its handler, and converts errors to problems.
public struct Application: HTTPHandler {
    private let router: Router
    private let log: Logger
    private let gate: AccessControl

    /// - Parameters:
    ///   - authenticator: identifies the sender of a request; nil if there are no accounts and all routes are open.
    ///   - local: which requests may act as the built-in account before there are others.
    public init(
        routes: [Route], log: Logger, authenticator: Authenticator?, local: LocalAccess = LocalAccess(users: nil)
    ) {
        router = Router(routes)
        self.log = log
        gate = AccessControl(authenticator: authenticator, local: local)
    }

    public func respond(to request: HTTPRequest) async -> HTTPResponse {
        switch router.match(request.method, request.target.components) {
        case .found(let route, let parameters):
            let viewer: Viewer
            do {
                try Preconditions.check(request.fields, of: request.method)
                viewer = try await gate.admit(request, to: route.access)
            } catch {
                var response = refuse(request, because: error)
                response.route = route.name
                return response
            }
            let call = Call(request: request, parameters: parameters, viewer: viewer) { [gate] in
                try await gate.admit(request, to: route.access)
            }
            return await answer(call, route)
        case .otherMethods(let methods): return answer(request, whereMethodsAre: methods)
        case .unknown:
            return Problem(.notFound, "There is nothing at this path. /v1/openapi.json lists every route.").response
        }
    }

    private func answer(_ call: Call, _ route: Route) async -> HTTPResponse {
        var response: HTTPResponse
        do { response = try await route.handler(call) } catch { response = present(error, call.request) }
        (response.actor, response.route) = (call.viewer.logName, route.name)
        call.trail.log(response.status, of: call.request, by: call.viewer, to: log)
        return response
    }

    /// Refuses a request before its route's handler has seen it: a security event if credentials are the reason.
    private func refuse(_ request: HTTPRequest, because error: any Error) -> HTTPResponse {
        let response = present(error, request)
        if [.unauthorized, .forbidden].contains(response.status), RequestCredentials.areShown(in: request) {
            let trail = AuditTrail()
            trail.note(.credentials, "\(request.method) \(LoggedPath.of(request.target))")
            trail.log(response.status, of: request, by: .stranger, to: log)
        }
        return response
    }

    public func refuse(_ refusal: HTTPRefusal) -> HTTPResponse { Problem(refusal).response }

    private func present(_ error: any Error, _ request: HTTPRequest) -> HTTPResponse {
        var problem = Problem(error, requestID: request.id)
        if !(error is Problem), case .parameter(let name) = problem.fault, request.hasMember(name) {
            problem.fault = .pointer(JSONPointer.text([name]))
        }
        if problem.status == .internalServerError {
            log.log(.error, "a request failed", ["request": .text(request.id), "reason": "\(error)"])
        }
        return problem.response
    }

    private func answer(_ request: HTTPRequest, whereMethodsAre methods: [HTTPMethod]) -> HTTPResponse {
        let list = methods.map(\.rawValue).joined(separator: ", ")
        if request.method == .options { return HTTPResponse(.noContent, fields: ["Allow": list]) }
        var response = Problem(
            .methodNotAllowed, "\(request.method.rawValue) is not possible here; these methods are: \(list)."
        ).response
        response.fields["Allow"] = list
        return response
    }
}

extension HTTPRequest {
    /// Whether a value that a service refuses was a member of a JSON body, rather than a parameter or a field of a form.
    fileprivate func hasMember(_ name: String) -> Bool {
        ![.get, .head, .delete].contains(method) && target.value(name) == nil
            && !(fields["Content-Type"] ?? "").lowercased().hasPrefix("multipart/")
    }
}
