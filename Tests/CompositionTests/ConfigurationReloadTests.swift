import CommandLine
import Foundation
import HTTPTypes
import Runtime
import TestApplication
import Testing

@testable import Composition

@Suite struct ConfigurationReloadTests {
    /// A server with a configuration file that the body can change.
    private struct Configured {
        let application: TestApplication
        let file: URL
        let requests: ChangeSignal
        let reload: ConfigurationReload

        func write(_ text: String) throws { try Data(("log-level = \"error\"\n" + text).utf8).write(to: file) }
    }

    private static func run(_ body: @escaping @Sendable (Configured) async throws -> Void) async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "tintype-\(UUID()).toml")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("log-level = \"error\"\naccess-log = false\n".utf8).write(to: file)
        let syntax = CommandSyntax(
            "serve", "", options: ServerOptions.all + [ServerConfiguration.option], fileOptions: ServerOptions.all)
        let arguments = try ServerConfiguration.completed(
            ParsedArguments(["--config", file.path], of: syntax, environment: [:], environmentPrefix: "TINTYPE"))
        try await TestApplication.run { application in
            let requests = ChangeSignal()
            let reload = ConfigurationReload(application.server, arguments: arguments, requests: requests)
            try await body(Configured(application: application, file: file, requests: requests, reload: reload))
        }
    }

    private static let otherHost: HTTPFields = ["Host": "a.example"]

    @Test func `hosts, origins and proxies change for the requests that follow`() async throws {
        try await Self.run { configured in
            let application = configured.application
            #expect(try await application.get("/livez", Self.otherHost).status == 421)
            try configured.write(
                """
                allowed-hosts = ["a.example"]
                cors-origins = ["https://b.example"]
                trusted-proxies = ["10.0.0.0/8"]
                """)
            configured.reload.reload()
            let answer = try await application.get("/livez", ["Host": "a.example", "Origin": "https://b.example"])
            #expect(answer.status == 200)
            #expect(answer.fields["Access-Control-Allow-Origin"] == "https://b.example")
            #expect(application.server.proxies.contains("10.0.0.1"))
            try configured.write("")
            configured.reload.reload()
            #expect(try await application.get("/livez", Self.otherHost).status == 421)
            #expect(application.server.proxies.isEmpty)
        }
    }

    @Test func `a server that gets a proxy lets nobody act without an account any more`() async throws {
        try await Self.run { configured in
            let application = configured.application
            _ = try await application.upload(TestPicture.png())
            try configured.write("trusted-proxies = \"10.0.0.1\"")
            configured.reload.reload()
            let refused = try await application.send(.post, "/upload/", ["Content-Type": "image/png"], body: [[1]])
            #expect(refused.status == 401)
        }
    }

    @Test func `presets are read again even if their file has the same name`() async throws {
        try await Self.run { configured in
            let presets = configured.file.appendingPathExtension("json")
            defer { try? FileManager.default.removeItem(at: presets) }
            let application = configured.application
            let id = try #require(try await application.upload(TestPicture.png())["id"].string)
            func status(of preset: String) async throws -> Int {
                try await application.get("/v1/images/\(id)/render?preset=\(preset)").status
            }
            for (text, first, second) in [(#"{"a":{"width":8}}"#, 200, 400), (#"{"b":{"width":8}}"#, 400, 200)] {
                try Data(text.utf8).write(to: presets)
                try configured.write("presets = \"\(presets.path)\"")
                configured.reload.reload()
                #expect(try await status(of: "a") == first)
                #expect(try await status(of: "b") == second)
            }
        }
    }

    @Test(arguments: [
        "allowed-hosts = [\"b.example\"]\nprot = 1", "allowed-hosts = [\"b.example\"]\nport = 1\nport = 1",
        "allowed-hosts = \"b.example:80\"", "allowed-hosts = [\"b.example\"]\npresets = \"/nowhere/presets.json\"",
    ])
    func `a mistake changes nothing, and can be mended`(text: String) async throws {
        try await Self.run { configured in
            let application = configured.application
            try configured.write("allowed-hosts = [\"a.example\"]")
            configured.reload.reload()
            try configured.write(text)
            configured.reload.reload()
            #expect(try await application.get("/livez", Self.otherHost).status == 200)
            #expect(try await application.get("/livez", ["Host": "b.example"]).status == 421)
            try configured.write("allowed-hosts = [\"b.example\"]")
            configured.reload.reload()
            #expect(try await application.get("/livez", ["Host": "b.example"]).status == 200)
        }
    }

    @Test func `a signal is followed by a reload, and a stop ends the service`() async throws {
        try await Self.run { configured in
            let application = configured.application
            let running = Task { await configured.reload.run {} }
            try configured.write("allowed-hosts = [\"a.example\"]")
            configured.requests.signal()
            while try await application.get("/livez", Self.otherHost).status != 200 { await Task.yield() }
            running.cancel()
            await running.value
        }
    }
}
