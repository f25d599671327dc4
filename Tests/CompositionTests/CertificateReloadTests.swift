import CommandLine
import Foundation
import HTTPServer
import Runtime
import TestApplication
import TestCertificates
import Testing

@testable import Composition

@Suite struct CertificateReloadTests {
    private static let pair = TestCertificate()

    private struct Served {
        let server: ServerAssembly
        let reload: ConfigurationReload
        let configuration: URL
        let folder: URL

        func write(_ certificate: [UInt8], _ key: [UInt8]) throws {
            try Data(certificate).write(to: folder.appending(path: "certificate.pem"))
            try Data(key).write(to: folder.appending(path: "key.pem"))
        }

        func configure(hasTLS: Bool) throws {
            let tls =
                hasTLS
                ? "tls-certificate = \"\(folder.path)/certificate.pem\"\ntls-key = \"\(folder.path)/key.pem\"\n" : ""
            try Data(("log-level = \"error\"\naccess-log = false\n" + tls).utf8).write(to: configuration)
        }

        func shows(_ pair: TestCertificate) throws -> Bool {
            let expected = try TLSCertificate(certificate: pair.certificate, key: pair.key)
            return server.certificate?.isSame(as: expected) ?? false
        }
    }

    /// A server that was started with a certificate or without, and its configuration.
    private static func run(hasTLS: Bool, _ body: @escaping @Sendable (Served) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tintype-tls-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let configuration = folder.appending(path: "tintype.toml")
        let settings: @Sendable (inout ServerSettings) throws -> Void = { settings in
            if hasTLS {
                settings.listener.certificate = try TLSCertificate(certificate: pair.certificate, key: pair.key)
            }
        }
        try await TestApplication.run(settings: settings) { application in
            func make(_ arguments: ParsedArguments) -> Served {
                let reload = ConfigurationReload(application.server, arguments: arguments, requests: ChangeSignal())
                return Served(
                    server: application.server, reload: reload, configuration: configuration, folder: folder)
            }
            let syntax = CommandSyntax(
                "serve", "", options: ServerOptions.all + [ServerConfiguration.option], fileOptions: ServerOptions.all)
            let words = ["--config", configuration.path]
            let arguments = try ParsedArguments(words, of: syntax, environment: [:], environmentPrefix: "TINTYPE")
            let draft = make(arguments)
            try draft.write(pair.certificate, pair.key)
            try draft.configure(hasTLS: hasTLS)
            try await body(make(try ServerConfiguration.completed(arguments)))
        }
    }

    @Test func `a renewed certificate takes the place of the former one`() async throws {
        try await Self.run(hasTLS: true) { (served) async throws in
            #expect(try served.shows(Self.pair))
            let next = TestCertificate()
            try served.write(next.certificate, next.key)
            served.reload.reload()
            #expect(try served.shows(next))
        }
    }

    @Test func `a pair that does not fit, is broken or has expired is refused`() async throws {
        try await Self.run(hasTLS: true) { (served) async throws in
            let (next, expired) = (TestCertificate(), TestCertificate(validFor: -60))
            let broken: [([UInt8], [UInt8])] = [
                (next.certificate, Self.pair.key), (Array(next.certificate.prefix(100)), next.key),
                (next.certificate, []),
                (expired.certificate, expired.key),
            ]
            for (certificate, key) in broken {
                try served.write(certificate, key)
                served.reload.reload()
                #expect(try served.shows(Self.pair))
            }
            try served.write(next.certificate, next.key)
            served.reload.reload()
            #expect(try served.shows(next))
        }
    }

    @Test func `TLS neither begins nor ends while the server runs`() async throws {
        try await Self.run(hasTLS: false) { (served) async throws in
            try served.configure(hasTLS: true)
            served.reload.reload()
            #expect(served.server.certificate == nil)
        }
        try await Self.run(hasTLS: true) { (served) async throws in
            try served.configure(hasTLS: false)
            served.reload.reload()
            #expect(try served.shows(Self.pair))
        }
    }
}
