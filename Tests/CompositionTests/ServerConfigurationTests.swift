import CommandLine
import Foundation
import HTTPTypes
import Telemetry
import Testing

@testable import Composition

@Suite struct ServerConfigurationTests {
    /// Runs a body with the path of a file that is removed afterwards.
    private static func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
        let file = FileManager.default.temporaryDirectory.appending(path: "tintype-\(UUID()).toml")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try body(file.path)
    }

    private static func arguments(_ words: [String], environment: [String: String] = [:]) throws -> ParsedArguments {
        let syntax = CommandSyntax(
            "serve", "", options: ServerOptions.all + [ServerConfiguration.option], fileOptions: ServerOptions.all)
        return try ServerConfiguration.completed(
            ParsedArguments(words, of: syntax, environment: environment, environmentPrefix: "TINTYPE"))
    }

    @Test func `the server takes its settings from the file`() throws {
        try Self.withFile(
            """
            port = 7000
            cache-size = "4 GiB"
            require-signatures = true
            access-log = false
            stop-timeout = 7
            allowed-hosts = ["a.example", "B.example"]
            trusted-proxies = "127.0.0.1,10.0.0.0/8"
            log-level = "warning"
            quota = 1000
            """
        ) { path in
            for words in [(["--config", path], [:]), ([], ["TINTYPE_CONFIG": path])] as [([String], [String: String])] {
                let settings = try ServerSettings(try Self.arguments(words.0, environment: words.1))
                #expect(settings.listener.port == 7000 && settings.cacheBytes == 4 << 30)
                #expect(settings.requiresSignatures && !settings.logsRequests)
                #expect(settings.listener.graceSeconds == 7 && settings.quotaBytes == 1000)
                #expect(settings.allowedHosts == ["a.example", "b.example"])
                #expect(settings.listener.proxies.contains("10.1.2.3") && settings.logLevel == .warning)
            }
            let both = try Self.arguments(["--config", path, "--port", "1"], environment: ["TINTYPE_QUOTA": "5"])
            let settings = try ServerSettings(both)
            #expect(settings.listener.port == 1 && settings.quotaBytes == 5 && settings.listener.graceSeconds == 7)
        }
    }

    /// The refusal of a file, without the path in front.
    private func refusal(of text: String) throws -> String? {
        try Self.withFile(text) { path in
            let error = #expect(throws: UsageError.self) { try Self.arguments(["--config", path]) }
            return error.map { $0.description.replacing(path, with: "") }
        }
    }

    @Test func `a mistake is told with its line`() throws {
        #expect(try refusal(of: "host = \"::1\"\nprt = 1") == ":2: there is no option 'prt'")
        #expect(
            try refusal(of: "config = \"other.toml\"")
                == ":1: there is no option 'config'")
        #expect(try refusal(of: "port = 70000") == ":1: port takes a whole number from 0 to 65535, not 70000")
        #expect(try refusal(of: "[server]\nport = 1") == ":1: there is no option 'server'")
        #expect(try refusal(of: "access = \"nobody\"") == ":1: access takes open or accounts, not the text \"nobody\"")
        let twice = try refusal(of: "port = 1\nport = 2")
        #expect(twice?.hasPrefix(":2:") == true && twice?.contains("not TOML") == true)
    }

    @Test func `a file that cannot be read is named`() throws {
        for (path, reason) in [("/nowhere/tintype.toml", "No such file or directory"), ("/tmp", "is not a file")] {
            let error = #expect(throws: UsageError.self) { try Self.arguments(["--config", path]) }
            #expect(error?.description.contains(path) == true && error?.description.contains(reason) == true)
        }
        let large = try refusal(of: String(repeating: "#", count: 1 << 20) + "#")
        #expect(large?.contains("has more than 1048576 bytes") == true)
    }

    @Test func `every option of the server can be set in a file, in a form of its own`() throws {
        for option in ServerOptions.all {
            let isNumber = option.form == .integer || option.form == .byteCount
            let value: ConfigurationFile.Value = isNumber ? .text("one") : .integer(-1)
            #expect(throws: UsageError.self, "\(option.name)") {
                try ConfigurationFile(
                    path: "f", entries: [.init(name: option.name, value: value, line: 1)], options: ServerOptions.all)
            }
        }
    }
}
