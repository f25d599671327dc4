import CommandLine
import Foundation
import HTTPServer
import SystemIO
import Testing

@testable import Composition

@Suite struct CompressServiceSettingsTests {
    private static func settings(
        _ words: [String], _ environment: [String: String] = [:], token: String? = nil
    ) throws -> CompressServiceSettings {
        let syntax = CommandSyntax("compress-service", "", options: CompressServiceSettings.options)
        return try CompressServiceSettings(
            ParsedArguments(words, of: syntax, environment: environment, environmentPrefix: "TINTYPE"),
            environmentToken: token)
    }

    /// Runs a body with the path of a file that is removed afterwards.
    private static func withFile(_ text: String, _ body: (String) throws -> Void) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "tintype-\(UUID()).toml")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try body(file.path)
    }

    @Test func `settings come from the file, and options and variables take precedence`() throws {
        let text = """
            store = "https://images.example"
            port = 7001
            workers = 3
            retry-timeout = 7
            access-log = false
            scratch = "/var/tmp"
            """
        try Self.withFile(text) { path in
            let settings = try Self.settings(["--config", path])
            #expect("\(settings.store)".contains("images.example") && settings.listener.port == 7001)
            #expect(settings.workers == 3 && settings.retryTimeout == 7 && !settings.logsRequests)
            #expect(settings.scratch == FilePath("/var/tmp") && settings.queue == 256)
            let both = try Self.settings(["--workers", "5"], ["TINTYPE_CONFIG": path, "TINTYPE_PORT": "1"])
            #expect(both.workers == 5 && both.listener.port == 1 && both.retryTimeout == 7)
        }
    }

    @Test func `a Unix socket takes the place of the address unless one is given`() throws {
        let socket = ListeningAddress.unix(path: FilePath("/run/c.sock"), mode: 0o600)
        let text = "store = \"http://a.example\"\nunix-socket = \"/run/c.sock\"\nunix-socket-mode = \"0600\"\n"
        try Self.withFile(text) { path in
            #expect(try Self.settings(["--config", path]).listener.addresses == [socket])
            let both = try Self.settings(["--config", path, "--port", "1"]).listener.addresses
            #expect(both == [.tcp(host: "127.0.0.1", port: 1), socket])
        }
        #expect(
            try Self.settings(["--store", "http://a.example"]).listener.addresses
                == [.tcp(host: "127.0.0.1", port: 5001)])
    }

    @Test(arguments: [
        ("store = \"http://a.example\"\nqeue = 3\n", ":2: there is no option 'qeue'"),
        ("cache-size = 3\n", ":1: there is no option 'cache-size'"), ("workers = 0\n", ":1: workers takes "),
        ("config = \"other\"\n", ":1: there is no option 'config'"), ("workers = ", "this is not TOML"),
    ])
    func `a mistake in the file is told with its line`(text: String, refusal: String) throws {
        try Self.withFile(text) { path in
            let error = #expect(throws: UsageError.self) { try Self.settings(["--config", path]) }
            let description = error?.description ?? ""
            #expect(description.hasPrefix(path) && description.contains(refusal), "\(description)")
        }
    }
}
