import Composition
import Domain
import HTTPTypes
import TestApplication
import Testing

@testable import API
@testable import Composition

/// Every route is documented, and every documented route is there.
@Suite struct OpenAPITests {
    private struct Operation: Hashable, CustomStringConvertible {
        let method: String, path: String
        var description: String { "\(method) \(path)" }
    }

    /// Two paths of the description for one route in the code: the handler decides by the extension.
    private static let split = [
        "/v1/shares/{share}/archives/{file}": [
            "/v1/shares/{share}/archives/{id}", "/v1/shares/{share}/archives/{id}.zip",
        ],
        "/v1/archives/{file}": ["/v1/archives/{id}", "/v1/archives/{id}.zip"],
        "/images/{name}": ["/images/{id}.{format}"],
        "/uploads/{name}": ["/uploads/{id}.jpg"],
    ]

    /// The web pages, which are not part of the API.
    private static func isPage(_ route: Route) -> Bool { route.path == "/" || route.path.hasPrefix("/assets/") }

    @Test func `the routes in the code match the description`() async throws {
        try await TestApplication.run { application in
            let answer = try await application.get("/v1/openapi.json")
            guard case .object(let paths) = answer["paths"] else {
                Issue.record("there are no paths")
                return
            }
            let methods: Set<String> = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]
            let documented = paths.flatMap { path, item in
                item.names.intersection(methods).map { Operation(method: $0.uppercased(), path: Self.plain(path)) }
            }
            let routed = application.server.routes.filter { !Self.isPage($0) }.flatMap { route in
                (Self.split[route.path] ?? [route.path]).map {
                    Operation(method: route.method.rawValue, path: Self.plain($0))
                }
            }
            #expect(!documented.isEmpty && Set(documented).count == documented.count)
            #expect(Set(routed).subtracting(documented) == [], "these are not documented")
            #expect(Set(documented).subtracting(routed) == [], "these are not there")
            #expect(Set(routed).count == routed.count, "a later route hides an earlier one")
        }
    }

    @Test func `the description has the version of the program`() async throws {
        try await TestApplication.run { application in
            let described = try await application.get("/v1/openapi.json")["info", "version"]
            #expect(try await application.get("/readyz")["version"] == described && described.string != nil)
        }
    }

    @Test func `each operation has a unique id`() async throws {
        try await TestApplication.run { application in
            let paths = try await application.get("/v1/openapi.json")["paths"]
            let methods = ["get", "put", "post", "delete", "patch", "head", "options"]
            let ids = paths.names.flatMap { path in methods.compactMap { paths[path, $0, "operationId"].string } }
            #expect(ids.count == application.server.routes.filter { !Self.isPage($0) }.count + 2)
            #expect(Set(ids).count == ids.count)
        }
    }

    /// A slash at the end makes no difference.
    private static func plain(_ path: String) -> String {
        path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }
}

extension Route {
    /// The pattern, as written where the route is created.
    var path: String {
        "/"
            + pattern.map { component in
                switch component {
                case .literal(let text): text
                case .parameter(let name): "{\(name)}"
                }
            }.joined(separator: "/")
    }
}
