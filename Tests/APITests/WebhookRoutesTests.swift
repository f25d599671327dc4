import Composition
import Domain
import Foundation
import HTTPTypes
import Services
import TestApplication
import Testing

@Suite struct WebhookRoutesTests {
    /// A receiver at an address that is not looked up. Nothing listens there.
    private static let nowhere = "http://127.0.0.1:1024/hook"

    private static func withPrivateAddresses(
        _ body: @escaping @Sendable (TestApplication) async throws -> Void
    ) async throws {
        try await TestApplication.runWithAccounts(settings: { $0.allowsPrivateWebhooks = true }, body)
    }

    private static func make(
        _ application: TestApplication, _ token: String?, _ more: String = "", address: String = nowhere
    ) async throws -> TestResponse {
        try await application.send(.post, "/v1/webhooks", json: #"{"address":"\#(address)"\#(more)}"#, token: token)
    }

    @Test func `a webhook is made, listed, changed and removed`() async throws {
        try await Self.withPrivateAddresses { application in
            let ada = try await application.token(of: "ada")
            let made = try await Self.make(
                application, ada, #","kinds":["deleted","added","added"],"description":" shop "# + #"""#)
            #expect(made.status == 201 && made.fields["Cache-Control"] == "no-store")
            let id = try #require(made["id"].string)
            #expect(made.fields["Location"] == "/v1/webhooks/\(id)")
            #expect(made["secret"].string?.hasPrefix("whsec_") == true)
            let expected: JSONValue = [
                "address": "http://127.0.0.1:1024/hook", "kinds": ["added", "deleted"], "description": "shop",
                "all": false, "enabled": true, "disabled_reason": .null, "date_disabled": .null, "failures": 0,
                "failing_since": .null, "next_attempt": .null, "last_delivered": .null, "date_reset": .null,
            ]
            #expect(made.json.without("id", "date_created", "date_modified", "secret") == expected)
            let read = try await application.get("/v1/webhooks/\(id)", token: ada)
            #expect(read.status == 200 && read.json == made.json.without("secret"))
            let list = try await application.get("/v1/webhooks", token: ada)
            #expect(list["webhooks"] == [read.json])
            let changed = try await application.send(
                .patch, "/v1/webhooks/\(id)",
                json: #"{"kinds":null,"description":null,"enabled":false,"address":"http://127.0.0.1:1025/"}"#,
                token: ada)
            #expect(changed.status == 200 && changed["kinds"] == .null && changed["description"] == "")
            #expect(changed["enabled"] == false && changed["address"] == "http://127.0.0.1:1025/")
            #expect(changed["disabled_reason"] == "Its account has disabled it." && changed["date_disabled"] != .null)
            #expect(!changed.json.names.contains("secret"))
            let rotated = try await application.send(
                .patch, "/v1/webhooks/\(id)", json: #"{"rotate_secret":true,"enabled":true}"#, token: ada)
            #expect(rotated["secret"] != .null && rotated["secret"] != made["secret"] && rotated["enabled"] == true)
            #expect(try await application.send(.delete, "/v1/webhooks/\(id)", token: ada).status == 204)
            for (method, path) in [
                (HTTPMethod.get, ""), (.delete, ""), (.get, "/deliveries"), (.post, "/test"),
            ] {
                let gone = try await application.send(method, "/v1/webhooks/\(id)\(path)", token: ada)
                #expect(gone.problem == "404 not-found: There is no such webhook.")
            }
        }
    }

    @Test func `an account sees only its own, and an admin, too`() async throws {
        try await Self.withPrivateAddresses { application in
            let ada = try await application.token(of: "ada")
            let id = try #require(try await Self.make(application, ada)["id"].string)
            for other in [
                try await application.token(of: "bob"), try await application.token(of: "boss", role: .admin),
            ] {
                #expect(try await application.get("/v1/webhooks", token: other)["webhooks"] == [])
                #expect(try await application.get("/v1/webhooks/\(id)", token: other).status == 404)
                let changed = try await application.send(
                    .patch, "/v1/webhooks/\(id)", json: #"{"enabled":false}"#, token: other)
                #expect(changed.problem == "404 not-found: There is no such webhook.")
            }
            let boss = try await application.token(of: "boss", role: .admin)
            let acting = try await application.get("/v1/webhooks", ["Tintype-Account": "ada"], token: boss)
            #expect(acting["webhooks", 0, "id"] == .string(id))
            let made = try await application.send(
                .post, "/v1/webhooks", json: #"{"address":"\#(Self.nowhere)"}"#, ["Tintype-Account": "ada"], token: boss
            )
            #expect(made.status == 201 && made["all"] == false)
            #expect(try await application.get("/v1/webhooks", token: ada)["webhooks"].elements.count == 2)
        }
    }

    @Test func `whoever may not see all images does not get at the webhook of somebody who may`() async throws {
        try await Self.withPrivateAddresses { application in
            let boss = try await application.token(of: "boss", role: .admin)
            let made = try await Self.make(application, boss)
            let id = try #require(made["id"].string)
            #expect(made["all"] == true)
            let program = try await application.token(of: "boss", role: .admin, scopes: [.read, .write])
            let refusal =
                "403 forbidden: The webhook tells of the images of all accounts: the token lacks the scope 'admin'."
            for change in [#"{"address":"http://127.0.0.1:1026/"}"#, #"{"rotate_secret":true}"#] {
                let answer = try await application.send(.patch, "/v1/webhooks/\(id)", json: change, token: program)
                #expect(answer.problem == refusal)
            }
            #expect(try await application.send(.post, "/v1/webhooks/\(id)/test", token: program).problem == refusal)
            #expect(try await Self.make(application, program)["all"] == false)
            let writer = try await application.token(of: "boss", role: .admin, scopes: [.write])
            let blind = "403 forbidden: A webhook tells what reading tells: the token lacks the scope 'read'."
            #expect(try await Self.make(application, writer).problem == blind)
        }
    }

    @Test(arguments: [
        ("127.0.0.1", "loopback"), ("localhost", "loopback"), ("[::1]", "loopback"), ("0.0.0.0", "this network"),
        ("2130706433", "loopback"), ("0x7f.1", "loopback"), ("0177.0.0.1", "loopback"), ("127.1", "loopback"),
        ("[::ffff:127.0.0.1]", "loopback"), ("[::127.0.0.1]", "loopback"), ("10.1.2.3", "private"),
        ("172.16.0.1", "private"), ("192.168.1.1", "private"), ("169.254.169.254", "link-local"),
        ("[fe80::1]", "link-local"), ("[fd00:ec2::254]", "unique local"), ("100.64.0.1", "shared"),
        ("[64:ff9b::10.0.0.1]", "private"), ("[2002:a00:1::]", "6to4"), ("224.0.0.1", "multicast"),
    ])
    func `addresses that are not public are refused`(host: String, purpose: String) async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let refused = try await Self.make(application, ada, address: "http://\(host):8080/")
            #expect(refused.problem.hasPrefix("400 "), "\(refused.problem)")
            #expect(refused.problem.contains("not of the public internet (\(purpose)"), "\(refused.problem)")
            #expect(try await application.get("/v1/webhooks", token: ada)["webhooks"] == [])
        }
    }

    @Test func `an address of the public internet is accepted`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let made = try await Self.make(application, ada, address: "https://[2606:4700::1]/hook")
            #expect(made.status == 201)
            let id = made["id"].string ?? ""
            let changed = try await application.send(
                .patch, "/v1/webhooks/\(id)", json: #"{"address":"http://127.0.0.1:8080/"}"#, token: ada)
            #expect(changed.status == 400)
            let read = try await application.get("/v1/webhooks/\(id)", token: ada)
            #expect(read["address"] == "https://[2606:4700::1]/hook")
        }
    }

    @Test(arguments: [
        ("{}", "missing-member", "address"), (#"{"address":5}"#, "wrong-json-type", "a text"),
        (#"{"address":"ftp://a.org"}"#, "invalid-member", "begin with https://"),
        (#"{"address":"https://u:p@a.org"}"#, "invalid-member", "user or a password"),
        (
            #"{"address":"http://127.0.0.1:1024/","kinds":["added","removed"]}"#, "invalid-member",
            "one of added, changed, ready, damaged, trashed, restored, deleted"
        ),
        (#"{"address":"http://127.0.0.1:1024/","kinds":[]}"#, "", "at least one kind"),
        (#"{"address":"http://127.0.0.1:1024/","secret":"x"}"#, "unknown-member", "address, kinds, description"),
        (#"{"address":"http://127.0.0.1:1024/","description":"\#(String(repeating: "x", count: 201))"}"#, "", "200"),
    ])
    func `bodies that make no sense are refused`(body: String, type: String, words: String) async throws {
        try await Self.withPrivateAddresses { application in
            let ada = try await application.token(of: "ada")
            let refused = try await application.send(.post, "/v1/webhooks", json: body, token: ada)
            #expect(refused.problem.hasPrefix("400 \(type)") && refused.problem.contains(words), "\(refused.problem)")
        }
    }

    @Test func `there is a bound, and requests with unknown parameters or members are refused`() async throws {
        try await Self.withPrivateAddresses { application in
            let ada = try await application.token(of: "ada")
            var id = ""
            for _ in 0..<10 { id = try await Self.make(application, ada)["id"].string ?? "" }
            let refused = try await Self.make(application, ada)
            #expect(refused.problem == "409 conflict: An account has at most 10 webhooks: delete one first.")
            for (method, path) in [
                (HTTPMethod.get, ""), (.get, "/\(id)"), (.delete, "/\(id)"), (.post, "/\(id)/test"),
                (.get, "/\(id)/deliveries"),
            ] {
                let answer = try await application.send(method, "/v1/webhooks\(path)?limit=1", token: ada)
                #expect(answer.status == 400, "\(method) \(path)")
            }
            let path = "/v1/webhooks/\(id)"
            #expect(try await application.send(.patch, path, json: "{}", token: ada).status == 400)
            #expect(try await application.send(.patch, path, json: #"{"secret":"x"}"#, token: ada).status == 400)
            #expect(try await application.send(.patch, path, json: #"{"address":null}"#, token: ada).status == 400)
            #expect(try await application.get("/v1/webhooks/5", token: ada).status == 400)
        }
    }

    @Test func `a test says what came of it, and is in the list`() async throws {
        try await Self.withPrivateAddresses { application in
            let ada = try await application.token(of: "ada")
            let id = try await Self.make(application, ada)["id"].string ?? ""
            let sent = try await application.send(.post, "/v1/webhooks/\(id)/test", token: ada)
            #expect(sent.status == 200 && sent["type"] == "ping" && sent["status"] == .null && sent["changes"] == 0)
            #expect(sent["error"] == "No connection: nothing answers there." && sent["next_attempt"] == .null)
            let list = try await application.get("/v1/webhooks/\(id)/deliveries", token: ada)
            #expect(list.json == ["deliveries": [sent.json]])
            #expect(try await application.get("/v1/webhooks/\(id)", token: ada)["failures"] == 0)
        }
    }
}
