import HTTPTypes
import TestApplication
import Testing

@Suite struct WebRoutesTests {
    @Test func `pages are open to everybody, and cannot load anything from other sites`() async throws {
        try await TestApplication.runWithAccounts { application in
            for (path, type, beginning) in [
                ("/", "text/html; charset=utf-8", "<!doctype html>"), ("/assets/gallery.js", "text/javascript", ""),
                ("/assets/account.js", "text/javascript", ""), ("/assets/api.js", "text/javascript", ""),
                ("/assets/gallery.css", "text/css", ""), ("/assets/icon.svg", "image/svg+xml", "<svg"),
                ("/v1/openapi.json", "application/json", "{"),
            ] {
                // The route needs no authentication.
                let answer = try await application.get(path, token: "none")
                #expect(answer.status == 200 && !answer.body.isEmpty)
                #expect(answer.text.lowercased().hasPrefix(beginning))
                for (name, value) in [
                    ("Content-Type", type), ("Cache-Control", "no-cache"),
                    (
                        "Content-Security-Policy",
                        "default-src 'self'; frame-ancestors 'none'; base-uri 'none'"
                    ),
                    ("Referrer-Policy", "same-origin"), ("X-Request-Id", "test"),
                ] { #expect(answer.fields[name] == value) }
                #expect(try await application.send(.head, path).status == 200)
                let options = try await application.send(.options, path)
                #expect(options.status == 204 && options.fields["Allow"] == "GET, HEAD, OPTIONS")
            }
        }
    }

    @Test func `an unknown path is reported`() async throws {
        try await TestApplication.run { application in
            for path in [
                "/nothing", "/assets", "/assets/", "/assets/gallery.js/x", "/v1", "/v1//images", "/index.html",
            ] {
                let answer = try await application.get(path)
                #expect(
                    answer.problem
                        == "404 not-found: There is nothing at this path. /v1/openapi.json lists every route.")
            }
        }
    }
}
