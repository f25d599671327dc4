import CommandLine
import Domain
import Foundation
import HTTPServer
import SystemIO
import TestCertificates
import Testing

@testable import Composition

/// The options of a certificate, its reload, and what the doctor says of it.
@Suite struct TLSFilesTests {
    private static let pair = TestCertificate()
    private static let other = TestCertificate()

    /// Files in a folder that is removed after the test.
    private struct Files {
        let folder: URL
        var certificate: String { folder.appending(path: "certificate.pem").path }
        var key: String { folder.appending(path: "key.pem").path }

        func write(_ certificate: [UInt8], _ key: [UInt8]) throws {
            try Data(certificate).write(to: URL(filePath: self.certificate))
            try Data(key).write(to: URL(filePath: self.key))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: self.key)
        }
    }

    private static func withFiles(_ body: (Files) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tintype-tls-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(Files(folder: folder))
    }

    /// The message of the mistake; nil if there is none.
    private static func mistake(_ certificate: String?, _ key: String?) -> String? {
        do throws(UsageError) {
            _ = try TLSFiles.read(certificate: certificate, key: key)
            return nil
        } catch { return error.description }
    }

    @Test func `a certificate and its key are read, by variables as by flags`() throws {
        try Self.withFiles { files in
            try files.write(Self.pair.certificate, Self.pair.key)
            let settings = try ServerOptionsTests.settings([
                "TINTYPE_TLS_CERTIFICATE": files.certificate, "TINTYPE_TLS_KEY": files.key,
            ])
            #expect(settings.listener.certificate != nil)
            #expect(try ServerOptionsTests.settings([:]).listener.certificate == nil)
            // The server still knows its own user's requests over loopback.
            #expect(settings.localUsers.contains(0))
        }
    }

    @Test func `one without the other is a mistake`() {
        #expect(Self.mistake(nil, nil) == nil)
        #expect(Self.mistake("/a.pem", nil)?.contains("--tls-key") == true)
        #expect(Self.mistake(nil, "/a.pem")?.contains("--tls-certificate") == true)
    }

    @Test func `each mistake names its file, and says nothing of the key`() throws {
        try Self.withFiles { files in
            func told(_ certificate: [UInt8], _ key: [UInt8], _ words: String, _ path: String) throws {
                try files.write(certificate, key)
                let message = try #require(Self.mistake(files.certificate, files.key))
                #expect(message.contains(words) && message.contains(path), "\(message)")
                let secret = String(decoding: Self.pair.key, as: UTF8.self).split(separator: "\n")[1]
                #expect(!message.contains(secret))
            }
            try told(Self.pair.certificate, Self.other.key, "is not that of the certificate", files.key)
            try told(Self.pair.key, Self.pair.key, "no certificate", files.certificate)
            try told(Self.pair.certificate, Self.pair.certificate, "no private key", files.key)
            try told(Self.pair.certificate, Self.pair.encryptedKey, "password", files.key)
            #expect(Self.mistake("/nowhere.pem", files.key)?.contains("/nowhere.pem cannot be read") == true)
            #expect(Self.mistake(files.certificate, "/nowhere.pem")?.contains("/nowhere.pem cannot be read") == true)
            #expect(Self.mistake(files.folder.path, files.key)?.contains("cannot be read") == true)
        }
    }

    @Test func `validity is told by the clock`() throws {
        let certificate = try TLSCertificate(certificate: Self.pair.certificate, key: Self.pair.key)
        func validity(_ seconds: Int64) -> CertificateValidity {
            CertificateValidity(of: certificate, at: Timestamp(seconds: seconds))
        }
        let end = Timestamp(seconds: certificate.notAfter)
        #expect(
            validity(certificate.notAfter - 14 * 86_400)
                == .notYetValid(before: Timestamp(seconds: certificate.notBefore)))
        #expect(validity(certificate.notAfter) == .expiringSoon(at: end))
        #expect(validity(certificate.notAfter + 1) == .expired(at: end))
        let long = TestCertificate(validFor: 90 * 86_400)
        let valid = try TLSCertificate(certificate: long.certificate, key: long.key)
        #expect(CertificateValidity(of: valid, at: .now) == .valid(until: Timestamp(seconds: valid.notAfter)))
        #expect(CertificateValidity(of: valid, at: .now).warning == nil)
        #expect(validity(certificate.notAfter + 1).warning?.contains("expired") == true)
    }

    @Test func `the doctor tells validity, and a key that others can read`() throws {
        try Self.withFiles { files in
            let long = TestCertificate(validFor: 90 * 86_400)
            try files.write(long.certificate, long.key)
            func findings() throws -> [Finding] {
                let settings = try ServerOptionsTests.settings([
                    "TINTYPE_TLS_CERTIFICATE": files.certificate, "TINTYPE_TLS_KEY": files.key,
                ])
                return CertificateCheck(settings: settings).findings(now: .now)
            }
            #expect(try findings().map(\.status) == [.ok])
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: files.key)
            #expect(try findings().map(\.status) == [.ok, .warning])
            try files.write(Self.pair.certificate, Self.pair.key)
            #expect(try findings().map(\.status) == [.warning])
            let expired = TestCertificate(validFor: -60)
            try files.write(expired.certificate, expired.key)
            #expect(try findings().map(\.status) == [.problem])
            #expect(CertificateCheck(settings: try ServerSettings()).findings(now: .now).isEmpty)
        }
    }
}
