public import HTTPTypes
public import Services

/// A method and a path's pattern, with their handler.
public struct Route: Sendable {
    public typealias Handler = @Sendable (Call) async throws -> HTTPResponse

    enum Component: Sendable {
        case literal(String)
        case parameter(String)
    }

    let method: HTTPMethod
    let pattern: [Component]
    /// What metrics call it.
    let name: RouteName
    let access: Access
    let handler: Handler

    /// - Parameters:
    ///   - path: such as `/v1/images/{id}`; a slash at the end makes no difference.
    ///   - access: who may use it; by default everybody if the method only reads, and accounts if it writes.
    public init(_ method: HTTPMethod, _ path: String, access: Access? = nil, _ handler: @escaping Handler) {
        self.method = method
        self.access = access ?? (method == .get ? .reading : .writing)
        pattern = path.split(separator: "/").map { part in
            part.hasPrefix("{") ? .parameter(String(part.dropFirst().dropLast())) : .literal(String(part))
        }
        name = RouteName(method: method, pattern: path)
        self.handler = handler
    }
}

/// A request with the parameters of its path and its viewer.
public struct Call: Sendable {
    public let request: HTTPRequest
    public let parameters: PathParameters
    /// The viewer on whose behalf the request is made.
    public let viewer: Viewer
    /// Admits the request again, as it was: for answers that last, and must end with the rights of whoever gets them.
    let readmit: @Sendable () async throws -> Viewer
    /// Where security events are noted.
    let trail: AuditTrail

    init(
        request: HTTPRequest, parameters: PathParameters, viewer: Viewer, trail: AuditTrail = AuditTrail(),
        readmit: @escaping @Sendable () async throws -> Viewer
    ) {
        (self.request, self.parameters, self.viewer) = (request, parameters, viewer)
        (self.trail, self.readmit) = (trail, readmit)
    }

    /// The same request with other parameters.
    func with(_ parameters: PathParameters) -> Call {
        Call(request: request, parameters: parameters, viewer: viewer, trail: trail, readmit: readmit)
    }

    /// The links of the answer.
    var links: Links { Links(request) }
}
