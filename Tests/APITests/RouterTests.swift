import HTTPTypes
import Services
import Streams
import Testing

@testable import API

@Suite struct RouterTests {
    private static let router = Router(
        [
            (.get, "/"), (.get, "/v1/images"), (.get, "/v1/images/{id}"), (.patch, "/v1/images/{id}"),
            (.get, "/v1/images/facets"), (.post, "/v1/images/digests"), (.get, "/v1/images/{id}/original"),
            (.post, "/upload/"), (.get, "/{a}/{b}/x"), (.get, "/v1/{any}/y"),
        ].map { (method, path) in Route(method, path) { _ in HTTPResponse(.ok, fields: ["Route": path]) } })

    /// The answer: the path of a route with its parameters, the allowed methods, or nothing.
    private static func match(_ method: HTTPMethod, _ target: String) async throws -> String {
        let target = try RequestTarget(target)
        switch router.match(method, target.components) {
        case .unknown: return "unknown"
        case .otherMethods(let methods): return methods.map(\.rawValue).joined(separator: " ")
        case .found(let route, let parameters):
            let request = HTTPRequest(
                method: method, target: target, fields: [:], connection: HTTPRequest.Connection(address: ""), id: "",
                contentLength: nil,
                body: .empty)
            let call = Call(request: request, parameters: parameters, viewer: .stranger, readmit: { .stranger })
            let path = try await route.handler(call).fields["Route"] ?? ""
            let values = ["id", "a", "b", "any"].map { parameters[$0] }.filter { !$0.isEmpty }
            return ([path] + values).joined(separator: " ")
        }
    }

    @Test(
        arguments: [
            (.get, "/", "/"), (.get, "/v1/images", "/v1/images"), (.get, "/v1/images/", "/v1/images"),
            (.get, "/v1/images/7", "/v1/images/{id} 7"), (.patch, "/v1/images/7/", "/v1/images/{id} 7"),
            // A literal component takes precedence over a parameter.
            (.get, "/v1/images/facets", "/v1/images/facets"),
            (.get, "/v1/images/7/original", "/v1/images/{id}/original 7"),
            // An encoded slash stays within its component.
            (.get, "/v1/images/a%2Fb", "/v1/images/{id} a/b"),
            // If the literal has no matching route, the parameter is used.
            (.get, "/v1/images/x", "/v1/images/{id} x"), (.get, "/v1/other/x", "/{a}/{b}/x v1 other"),
            (.get, "/v1/facets/y", "/v1/{any}/y facets"),
            // HEAD is answered if there is a GET.
            (.head, "/v1/images/7", "/v1/images/{id} 7"), (.post, "/upload", "/upload/"),
        ] as [(HTTPMethod, String, String)])
    func `a path leads to its route`(method: HTTPMethod, target: String, answer: String) async throws {
        #expect(try await Self.match(method, target) == answer)
    }

    @Test(
        arguments: [
            (.post, "/v1/images", "GET HEAD OPTIONS"), (.delete, "/v1/images/7", "GET HEAD OPTIONS PATCH"),
            (.options, "/v1/images/7", "GET HEAD OPTIONS PATCH"), (.head, "/upload/", "OPTIONS POST"),
            // The methods of the literal are used, not those of the parameter that would match too.
            (.patch, "/v1/images/facets", "GET HEAD OPTIONS"), (.get, "/v1/images/digests", "OPTIONS POST"),
            (HTTPMethod(rawValue: "get"), "/v1/images", "GET HEAD OPTIONS"),
        ] as [(HTTPMethod, String, String)])
    func `an unknown method is refused, and the known ones are named`(
        method: HTTPMethod, target: String, methods: String
    ) async throws {
        #expect(try await Self.match(method, target) == methods)
    }

    @Test(arguments: [
        "/v1", "/v1/image", "/v1//images", "/v1/images//original", "/v1/images/7/original/x", "/V1/images",
    ])
    func `a path without a route is unknown`(target: String) async throws {
        #expect(try await Self.match(.get, target) == "unknown")
    }

    @Test func `the later of two routes with the same path is used`() throws {
        let router = Router(["first", "second"].map { name in Route(.get, "/{\(name)}") { _ in HTTPResponse(.ok) } })
        guard case .found(_, let parameters) = router.match(.get, ["x"]) else {
            Issue.record("there is no route")
            return
        }
        #expect(parameters["second"] == "x" && parameters["first"] == "")
    }
}
