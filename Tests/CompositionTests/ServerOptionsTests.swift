import API
import HTTPTypes
import CommandLine
import Domain
import HTTPServer
import Imaging
import Services
import SystemIO
import Telemetry
import Testing
import Transformations

@testable import Composition

@Suite struct ServerOptionsTests {
    /// A value of an option other than its default, and the expected settings.
    private struct Sample: Sendable {
        let option: String, value: String, expected: String
        let read: @Sendable (ServerSettings) -> String

        init(
            _ option: String, _ value: String, _ expected: String? = nil,
            _ read: @escaping @Sendable (ServerSettings) -> String
        ) {
            (self.option, self.value, self.expected, self.read) = (option, value, expected ?? value, read)
        }
    }

    private static let samples: [Sample] = [
        Sample("host", "127.0.0.9") { $0.listener.host }, Sample("port", "7000") { "\($0.listener.port)" },
        Sample("unix-socket", "/run/x.sock") { settings in
            if case .unix(let path, _) = settings.listener.unixSocket { "\(path)" } else { "" }
        },
        Sample("data", "/tmp/elsewhere") { "\($0.dataFolder)" }, Sample("access", "accounts") { "\($0.access)" },
        Sample("registration", "open") { "\($0.registration)" },
        Sample("quota", "5KiB", "Optional(5120)") { "\($0.quotaBytes as Int64?)" },
        Sample("trash-days", "7") { "\($0.trashDays)" },
        Sample("public-originals", "true") { "\($0.publicDefaults.originals)" },
        Sample("public-place", "true") { "\($0.publicDefaults.places)" },
        Sample("derive", "never") { "\($0.derivationTime)" }, Sample("workers", "77") { "\($0.workers)" },
        Sample("queue", "7") { "\($0.queue)" }, Sample("cache-size", "6KiB", "6144") { "\($0.cacheBytes)" },
        Sample("render-memory", "7KiB", "7168") { "\($0.renderMemory)" },
        Sample("avif-effort", "7") { "\($0.avifEffort)" },
        Sample("auto-formats", "webp") { $0.automaticFormats.map(\.rawValue).joined(separator: ",") },
        Sample("max-body", "8KiB", "8192") { "\($0.listener.limits.bodyBytes)" },
        Sample("max-header", "9KiB", "9216") { "\($0.listener.limits.headerBytes)" },
        Sample("max-pixels", "1001") { "\($0.imagingLimits.maximumPixels)" },
        Sample("max-frames", "1002") { "\($0.imagingLimits.maximumFrames)" },
        Sample("max-connections", "1003") { "\($0.listener.limits.connections)" },
        Sample("max-connections-per-address", "1005") { "\($0.listener.limits.connectionsPerAddress)" },
        Sample("header-timeout", "11", "11.0") { "\($0.listener.limits.headerSeconds)" },
        Sample("idle-timeout", "12", "12.0") { "\($0.listener.limits.idleSeconds)" },
        Sample("request-timeout", "13", "13.0") { "\($0.listener.limits.requestSeconds)" },
        Sample("body-grace", "14", "14.0") { "\($0.listener.limits.bodyGraceSeconds)" },
        Sample("stop-timeout", "15", "15.0") { "\($0.listener.graceSeconds)" },
        Sample("drain-delay", "16", "16.0") { "\($0.listener.drainSeconds)" },
        Sample("http-threads", "63") { "\($0.listener.threads)" },
        Sample("public-url", "https://images.example.org/pictures") { $0.publicURL.map { "\($0)" } ?? "" },
        Sample("allowed-hosts", "b.example,A.example", "a.example b.example") {
            $0.allowedHosts.sorted().joined(separator: " ")
        },
        Sample("trusted-proxies", "10.0.0.0/8, ::1", "true") { "\($0.listener.proxies.contains("10.9.9.9"))" },
        Sample("require-signatures", "true") { "\($0.requiresSignatures)" },
        Sample("webhook-private-addresses", "true") { "\($0.allowsPrivateWebhooks)" },
        Sample("cors-origins", "https://b.example,https://a.example", "https://a.example https://b.example") {
            $0.origins.sorted().joined(separator: " ")
        },
        Sample("upload-expiry", "79", "79.0") { "\($0.uploads.seconds)" },
        Sample("public-max-age", "77") { "\($0.caching.publicSeconds)" },
        Sample("private-max-age", "78") { "\($0.caching.privateSeconds)" },
        Sample("metrics", "admins") { "\($0.metricsReaders)" }, Sample("log-level", "error") { $0.logLevel.name },
        Sample("access-log", "off", "false") { "\($0.logsRequests)" },
    ]

    /// Options whose values name files or folders; `FileOptionsTests` tests them.
    private static let ofFiles: Set<String> = [
        "presets", "import-dir", "unix-socket-mode", "tls-certificate", "tls-key",
    ]

    static func settings(_ environment: [String: String]) throws -> ServerSettings {
        let syntax = CommandSyntax("serve", "", options: ServerOptions.all)
        return try ServerSettings(
            ParsedArguments([], of: syntax, environment: environment, environmentPrefix: "TINTYPE"))
    }

    private static func variable(_ option: String) -> String {
        "TINTYPE_" + option.uppercased().replacing("-", with: "_")
    }

    @Test func `each option exists once, and is in the table of these tests`() {
        let names = ServerOptions.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Set(names) == Set(Self.samples.map(\.option)).union(Self.ofFiles))
        for option in ServerOptions.all {
            #expect(option.help.hasSuffix("."), "--\(option.name)")
            #expect(option.name.allSatisfy { $0.isLowercase || $0 == "-" }, "--\(option.name)")
        }
    }

    @Test func `each option changes only its own setting`() throws {
        let defaults = try Self.settings([:])
        for sample in Self.samples {
            #expect(sample.read(defaults) != sample.expected, "--\(sample.option) is tried with its default")
            let settings = try Self.settings([Self.variable(sample.option): sample.value])
            for other in Self.samples {
                let expected = other.option == sample.option ? sample.expected : other.read(defaults)
                #expect(other.read(settings) == expected, "--\(other.option), with --\(sample.option)")
            }
        }
    }

    @Test func `defaults are those of the types that use them`() throws {
        let settings = try ServerSettings()
        let (limits, imaging) = (ServerLimits(), ImagingLimits())
        let listener = settings.listener.limits
        #expect(listener.bodyBytes == limits.bodyBytes && listener.headerBytes == limits.headerBytes)
        #expect(listener.connections == limits.connections)
        #expect(listener.connectionsPerAddress == limits.connectionsPerAddress)
        #expect(listener.headerSeconds == limits.headerSeconds && listener.idleSeconds == limits.idleSeconds)
        #expect(listener.requestSeconds == limits.requestSeconds)
        #expect(listener.bodyGraceSeconds == limits.bodyGraceSeconds)
        #expect(settings.imagingLimits == imaging)
        #expect(settings.avifEffort == RenderPlan.usualAVIFEffort && settings.automaticFormats == [.avif, .webp])
        #expect(settings.access == .untilAccounts && settings.quotaBytes == nil && settings.publicURL == nil)
        #expect(settings.importFolder == nil && !settings.requiresSignatures && settings.origins.isEmpty)
    }

    @Test func `a Unix socket takes the place of the address unless one is given`() throws {
        func addresses(_ environment: [String: String]) throws -> [ListeningAddress] {
            try Self.settings(environment).listener.addresses
        }
        let tcp = ListeningAddress.tcp(host: "127.0.0.1", port: 5000)
        #expect(try addresses([:]) == [tcp])
        let socket = ["TINTYPE_UNIX_SOCKET": "/run/x.sock", "TINTYPE_UNIX_SOCKET_MODE": "600"]
        #expect(try addresses(socket) == [.unix(path: FilePath("/run/x.sock"), mode: 0o600)])
        #expect(
            try addresses(socket.merging(["TINTYPE_PORT": "5000"]) { $1 })
                == [tcp, .unix(path: FilePath("/run/x.sock"), mode: 0o600)])
        var inheriting = try Self.settings(["TINTYPE_PORT": "1"]).listener
        inheriting.inheritedSockets = [3, 4]
        #expect(inheriting.addresses == [.inherited(descriptor: 3), .inherited(descriptor: 4)])
    }

    @Test func `a server that is behind a proxy lets nobody act without an account`() throws {
        #expect(try Self.settings([:]).localUsers.contains(0))
        #expect(try Self.settings(["TINTYPE_TRUSTED_PROXIES": "127.0.0.1"]).localUsers.isEmpty)
        #expect(try Self.settings(["TINTYPE_PUBLIC_URL": "https://a.example"]).localUsers.isEmpty)
    }

    @Test(arguments: [
        ("port", "65536"), ("port", "-1"), ("port", "x"), ("workers", "0"), ("workers", "257"), ("queue", "0"),
        ("trash-days", "-1"), ("trash-days", "3651"), ("quota", "lots"),
        ("quota", "5KB"), ("max-body", "-1"), ("max-frames", "0"), ("idle-timeout", "0"),
        ("idle-timeout", "86401"), ("stop-timeout", "3601"), ("http-threads", "65"), ("access", "nobody"),
        ("registration", "maybe"), ("derive", "soon"), ("log-level", "loud"), ("access-log", "maybe"),
        ("public-url", "images.example.org"), ("public-url", "https://a/b?c"), ("public-url", "https://"),
        ("allowed-hosts", "a:80"), ("allowed-hosts", "a b"), ("trusted-proxies", "proxy.example"),
        ("trusted-proxies", "10.0.0.0/33"), ("avif-effort", "10"), ("auto-formats", "jpeg"),
        ("unix-socket-mode", "0888"), ("unix-socket-mode", "1777"),
    ])
    func `an invalid value is refused, and its variable is named`(option: String, value: String) throws {
        let variable = Self.variable(option)
        let error = try #require(throws: UsageError.self) { try Self.settings([variable: value]) }
        #expect(error.description.contains(variable) || error.description.contains("--\(option)"))
    }
}
