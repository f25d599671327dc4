import Composition
import Foundation
import HTTPTypes
import Services
import TestApplication
import Testing

@Suite struct HealthRoutesTests {
    @Test func `a working server reports its health to everybody`() async throws {
        try await TestApplication.runWithAccounts { application in
            let alive = try await application.get("/livez")
            #expect(alive.status == 200 && alive.json == ["status": "ok"])
            for path in ["/readyz", "/healthcheck"] {
                let ready = try await application.get(path)
                #expect(ready.status == 200)
                #expect(
                    ready.json == ["status": "ok", "version": "0.1.0", "checks": ["catalogue": "ok", "store": "ok"]])
            }
            // The route needs no authentication, so an invalid token does not matter.
            #expect(try await application.get("/readyz", token: "none").status == 200)
            let metrics = try await application.get("/metrics")
            #expect(metrics.status == 200)
            #expect(metrics.fields["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(metrics.fields["Cache-Control"] == "no-store")
            #expect(metrics.text.contains("tintype_uploads_total 0\n"))
            #expect(metrics.text.contains("tintype_build_info{version=\"0.1.0\",commit=\""))
            #expect(metrics.text.contains("libvips=\"8."))
            #expect(metrics.text.contains("\nprocess_start_time_seconds 1"))
            let ada = try await application.token(of: "ada")
            #expect(try await application.upload(TestPicture.png(), token: ada).status == 201)
            let later = try await application.get("/metrics").text
            #expect(later.contains("tintype_uploads_total 1\n"))
            #expect(later.contains("tintype_http_responses_total{status=\"2xx\"} "))
            let route = "method=\"POST\",route=\"/upload/\""
            #expect(later.contains("tintype_http_route_responses_total{\(route),status=\"2xx\"} 1\n"))
            #expect(later.contains("tintype_http_route_response_seconds_count{\(route)} 1\n"))
            #expect(
                try await application.send(.post, "/livez").problem
                    == "405 method-not-allowed: POST is not possible here; these methods are: GET, HEAD, OPTIONS.")
        }
    }

    @Test func `routes are counted by their patterns, whatever clients send`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let id = try await application.upload(TestPicture.png())["id"].string ?? ""
            for target in ["/v1/images/\(id)", "/v1/images/x", "/v1/images/\(UUID())", "/nowhere/\(UUID())", "/a/b"] {
                _ = try await application.get(target)
            }
            _ = try await application.send(.head, "/v1/images/\(id)")
            _ = try await application.send(.delete, "/livez")
            let lines = try await application.get("/metrics").text.split(separator: "\n")
                .filter { $0.hasPrefix("tintype_http_route_responses_total") }
            let record = "tintype_http_route_responses_total{method=\"GET\",route=\"/v1/images/{id}\","
            #expect(lines.contains("\(record)status=\"2xx\"} 2") && lines.contains("\(record)status=\"4xx\"} 2"))
            #expect(
                lines.contains("tintype_http_route_responses_total{method=\"none\",route=\"none\",status=\"4xx\"} 3"))
            #expect(lines.count == 4)
        }
    }

    @Test func `a server with an unreadable data folder is not ready`() async throws {
        try await TestApplication.run { application in
            let elsewhere = application.folder + ".moved"
            try FileManager.default.moveItem(atPath: application.folder, toPath: elsewhere)
            let ready = try await application.get("/readyz")
            let alive = try await application.get("/livez")
            try FileManager.default.moveItem(atPath: elsewhere, toPath: application.folder)
            #expect(ready.status == 503 && alive.status == 200)
            // The catalogue may have a connection that is open already, which goes on reading.
            #expect(ready["status"] == "failing" && ready["checks", "store"] == "cannot be read")
            #expect(try await application.get("/readyz").status == 200)
        }
    }
}
