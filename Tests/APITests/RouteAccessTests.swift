import Composition
import Domain
import HTTPTypes
import Services
import TestApplication
import Testing

@testable import API
@testable import Composition

/// Who may use which route. The table is written by hand: if the access of a route changes, change it here too.
@Suite struct RouteAccessTests {
    private static let table: [Access: [String]] = [
        .open: [
            "GET /", "GET /assets/account.js", "GET /assets/api.js", "GET /assets/gallery.css",
            "GET /assets/gallery.js",
            "GET /assets/icon.svg", "GET /healthcheck", "GET /livez", "GET /metrics",
            "GET /problems/{type}", "GET /readyz",
            "GET /v1/openapi.json", "POST /v1/sessions", "POST /v1/sessions/refresh",
            "OPTIONS /v1/uploads",
            "POST /v1/shares/{share}/access", "POST /v1/shares/{share}/images",
            "GET /v1/shares/{share}/images", "GET /v1/shares/{share}/images/{image}",
            "GET /v1/shares/{share}/images/{image}/thumbnail", "GET /v1/shares/{share}/images/{image}/full-size",
            "GET /v1/shares/{share}/images/{image}/original", "GET /v1/shares/{share}/images/{image}/render",
            "GET /v1/shares/{share}/images/{image}/iiif/info.json",
            "GET /v1/shares/{share}/images/{image}/iiif/{region}/{size}/{rotation}/{file}",
            "POST /v1/shares/{share}/archives", "GET /v1/shares/{share}/archives/{file}",
        ],
        .reading: [
            "DELETE /v1/tokens/{id}", "GET /api/{handle}/download", "GET /api/{handle}/files", "GET /compress/{id}",
            "GET /download/{id}", "GET /iiif/3/{id}", "GET /iiif/3/{id}/info.json",
            "GET /iiif/3/{id}/{region}/{size}/{rotation}/{file}", "GET /images/{name}", "GET /v1/archives/{file}",
            "GET /v1/images", "GET /v1/images/facets", "GET /v1/images/{id}", "GET /v1/images/{id}/compressed",
            "GET /v1/images/{id}/full-size", "GET /v1/images/{id}/metadata", "GET /v1/images/{id}/original",
            "GET /v1/images/{id}/render", "GET /v1/images/{id}/thumbnail", "GET /v1/jobs", "GET /v1/jobs/{id}",
            "GET /v1/jobs/{id}/events", "GET /v1/operations/full-size", "GET /v1/operations/full-size/missing",
            "GET /v1/operations/thumbnails", "GET /v1/operations/thumbnails/missing", "GET /v1/sessions/current",
            "GET /v1/tags", "POST /v1/accounts", "POST /v1/archives", "GET /image_batches", "GET /v1/batches",
            "GET /uploads/{name}", "GET /v1/trash", "GET /v1/jobs/{id}/failures", "GET /v1/albums",
            "GET /v1/albums/{id}", "GET /v1/albums/{id}/images", "GET /v1/albums/{id}/members",
            "POST /v1/signatures", "GET /v1/images/by-external-id/{external_id}",
            "GET /v1/images/by-external-id/{external_id}/{file}", "GET /v1/shares", "GET /v1/shares/{share}",
            "GET /v1/changes", "GET /v1/changes/events",
            "GET /v1/webhooks", "GET /v1/webhooks/{id}", "GET /v1/webhooks/{id}/deliveries",
            "POST /v1/selections", "GET /v1/selections/{id}", "DELETE /v1/selections/{id}",
        ],
        .readingOrWriting: ["POST /v1/images/digests"],
        .adding: [
            "POST /upload", "POST /v1/upload", "POST /upload_image_batch", "POST /v1/batches", "POST /v1/uploads",
            "HEAD /v1/uploads/{id}", "PATCH /v1/uploads/{id}", "DELETE /v1/uploads/{id}", "POST /v1/uploads/{id}",
        ],
        .following: [
            "GET /v1/batches/{id}", "GET /v1/batches/{id}/events", "GET /v1/uploads", "GET /v1/uploads/{id}",
        ],
        .writing: [
            "DELETE /v1/images/{id}", "DELETE /v1/images/{id}/compressed", "DELETE /v1/images/{id}/full-size",
            "DELETE /v1/images/{id}/original", "DELETE /v1/images/{id}/thumbnail", "PATCH /v1/images/{id}",
            "PATCH /v1/images/by-external-id/{external_id}", "DELETE /v1/images/by-external-id/{external_id}",
            "POST /v1/albums", "POST /v1/albums/by-path", "PATCH /v1/albums/{id}", "DELETE /v1/albums/{id}",
            "POST /v1/albums/{id}/images",
            "DELETE /v1/albums/{id}/images", "DELETE /v1/albums/{id}/images/{image}",
            "POST /v1/albums/{id}/images/{image}/move", "PUT /v1/albums/{id}/members/{handle}",
            "DELETE /v1/albums/{id}/members/{handle}", "POST /v1/shares", "PATCH /v1/shares/{share}",
            "DELETE /v1/shares/{share}",
            "POST /v1/webhooks", "PATCH /v1/webhooks/{id}", "DELETE /v1/webhooks/{id}", "POST /v1/webhooks/{id}/test",
            "DELETE /v1/trash", "DELETE /v1/trash/{id}", "POST /v1/trash/restore",
            "POST /compress/{id}", "POST /v1/jobs/{id}/retry", "POST /v1/jobs/{id}/undo", "POST /v1/images/bulk",
            "POST /v1/operations/full-size/generate",
            "POST /v1/operations/thumbnails/generate", "PUT /v1/images/{id}/compressed", "PUT /v1/images/{id}/original",
        ],
        .issuing: ["POST /v1/tokens"],
        .managing: [
            "DELETE /v1/accounts/{handle}", "DELETE /v1/sessions", "DELETE /v1/sessions/current",
            "DELETE /v1/sessions/{id}", "GET /v1/sessions", "GET /v1/accounts/{handle}",
            "GET /v1/tokens", "PATCH /v1/accounts/{handle}",
            "PUT /v1/accounts/{handle}/password",
        ],
        .administering: [
            "GET /v1/accounts", "POST /v1/accounts/{handle}/transfer",
            "POST /v1/invitations",
        ],
    ]

    private static let anonymous = """
        401 unauthorized: This needs an account: log in (POST /v1/sessions), or send a token.
        """

    private static func lacking(_ scope: Scope) -> String {
        "403 insufficient-scope: The token lacks the scope '\(scope.rawValue)', which this needs: use another one."
    }

    @Test func `every route is in the table`() async throws {
        try await TestApplication.run { application in
            let found = Dictionary(grouping: application.server.routes, by: \.access)
            for access in Access.allCases {
                let routes = found[access, default: []].map { "\($0.method) \($0.path)" }
                #expect(routes.sorted() == Self.table[access]?.sorted(), "\(access)")
            }
        }
    }

    @Test func `every route refuses strangers and tokens that lack its scope`() async throws {
        try await TestApplication.runWithAccounts { application in
            let reader = try await application.token(of: "ada", scopes: [.read])
            let writer = try await application.token(of: "ada", scopes: [.write])
            let manager = try await application.token(of: "ada", scopes: [.admin])
            let uploader = try await application.token(of: "ada", scopes: [.upload])
            for (access, routes) in Self.table {
                for route in routes {
                    let words = route.split(separator: " ").map(String.init)
                    func problem(_ token: String?) async throws -> String {
                        try await application.send(HTTPMethod(rawValue: words[0]), words[1], token: token).problem
                    }
                    switch access {
                    case .open: break
                    case .reading:
                        #expect(try await problem(writer) == Self.lacking(.read), "\(route)")
                        #expect(try await problem(uploader) == Self.lacking(.read), "\(route)")
                    case .readingOrWriting:
                        #expect(try await problem(manager) == Self.lacking(.write), "\(route)")
                        #expect(try await !problem(writer).hasPrefix("403"), "\(route)")
                        #expect(try await !problem(reader).hasPrefix("403"), "\(route)")
                    case .adding, .following:
                        #expect(try await problem(nil) == Self.anonymous, "\(route)")
                        #expect(try await problem(manager) == Self.lacking(.write), "\(route)")
                        for token in [uploader, writer] {
                            #expect(try await !problem(token).hasPrefix("403"), "\(route)")
                        }
                        #expect(try await (problem(reader) == Self.lacking(.write)) == (access == .adding), "\(route)")
                    case .writing:
                        #expect(try await problem(uploader) == Self.lacking(.write), "\(route)")
                        #expect(try await problem(nil) == Self.anonymous, "\(route)")
                        #expect(try await problem(reader) == Self.lacking(.write), "\(route)")
                        #expect(try await problem(manager) == Self.lacking(.write), "\(route)")
                    case .issuing:
                        #expect(try await problem(nil) == Self.anonymous, "\(route)")
                        for token in [reader, uploader] {
                            #expect(try await problem(token) == Self.lacking(.write), "\(route)")
                        }
                        for token in [writer, manager] {
                            #expect(try await !problem(token).hasPrefix("403"), "\(route)")
                        }
                    case .managing:
                        #expect(try await problem(nil) == Self.anonymous, "\(route)")
                        #expect(try await problem(reader) == Self.lacking(.admin), "\(route)")
                        #expect(try await problem(uploader) == Self.lacking(.admin), "\(route)")
                    case .administering:
                        #expect(try await problem(nil) == Self.anonymous, "\(route)")
                        #expect(try await problem(writer) == Self.lacking(.admin), "\(route)")
                        #expect(try await problem(manager) == "403 forbidden: Only an admin may do this.", "\(route)")
                    }
                }
            }
        }
    }

    @Test func `a token without the scope admin has no admin rights`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let made = try await application.upload(TestPicture.png(), token: ada)
            let path = try #require(made["links", "self"].string)
            let reader = try await application.token(of: "boss", role: .admin, scopes: [.read, .write])
            #expect(try await application.get(path, token: reader).problem == "404 not-found: There is no such image.")
            #expect(try await application.get("/v1/accounts", token: reader).problem == Self.lacking(.admin))
            let admin = try await application.token(of: "boss", role: .admin)
            #expect(try await application.get(path, token: admin).status == 200)
        }
    }

    @Test func `the tokens of a disabled account are not valid`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let admin = try await application.token(of: "boss", role: .admin)
            #expect(try await application.get("/v1/images", token: ada).status == 200)
            let disabled = try await application.send(
                .patch, "/v1/accounts/ada", json: #"{"disabled":true}"#, token: admin)
            #expect(disabled.status == 200)
            #expect(
                try await application.get("/v1/images", token: ada).problem
                    == "401 unauthorized: The token is not valid, or not any more: log in again, or use another one.")
        }
    }

    @Test func `every path states its methods, and refuses others`() async throws {
        try await TestApplication.run { application in
            for (path, routes) in Dictionary(grouping: application.server.routes, by: \.path) {
                let own = Set(routes.map(\.method.rawValue))
                let allowed = own.union(["OPTIONS"]).union(own.contains("GET") ? ["HEAD"] : []).sorted()
                let list = allowed.joined(separator: ", ")
                let options = try await application.send(.options, path)
                #expect(options.status == 204 && options.body.isEmpty && options.fields["Allow"] == list, "\(path)")
                let refused = try await application.send(HTTPMethod(rawValue: "TRACE"), path)
                #expect(
                    refused.problem
                        == "405 method-not-allowed: TRACE is not possible here; these methods are: \(list).")
                #expect(refused.fields["Allow"] == list)
            }
        }
    }
}
