import HTTPServer
import TestCertificates
import Testing

@Suite struct TLSCertificateTests {
    private static let pair = TestCertificate()
    private static let other = TestCertificate()

    private static func error(_ certificate: [UInt8], _ key: [UInt8]) -> TLSCertificateError? {
        do {
            _ = try TLSCertificate(certificate: certificate, key: key)
            return nil
        } catch { return error }
    }

    @Test func `reads a certificate and its key`() throws {
        let made = TestCertificate(validFor: 1000)
        let certificate = try TLSCertificate(certificate: made.certificate, key: made.key)
        #expect(certificate.notAfter - certificate.notBefore == 4600)
        #expect(certificate.isSame(as: try TLSCertificate(certificate: made.certificate, key: made.key)))
        let other = try TLSCertificate(certificate: Self.other.certificate, key: Self.other.key)
        #expect(!certificate.isSame(as: other))
    }

    @Test func `reads a certificate that is followed by its issuer's`() {
        #expect(Self.error(Self.pair.certificate + Self.other.certificate, Self.pair.key) == nil)
    }

    @Test func `tells a key of another certificate`() {
        #expect(Self.error(Self.pair.certificate, Self.other.key) == .mismatch)
    }

    @Test func `tells texts that are no certificate and no key`() {
        #expect(Self.error(Self.pair.key, Self.pair.key) == .noCertificate)
        #expect(Self.error([], Self.pair.key) == .noCertificate)
        #expect(Self.error(Array(Self.pair.certificate.dropLast(200)), Self.pair.key) == .noCertificate)
        #expect(Self.error(Self.pair.certificate, Self.pair.certificate) == .noKey)
        #expect(Self.error(Self.pair.certificate, []) == .noKey)
        #expect(Self.error(Self.pair.certificate, Array(Self.pair.key.dropLast(60))) == .noKey)
    }

    @Test func `tells a key that needs a password`() {
        #expect(Self.error(Self.pair.certificate, Self.pair.encryptedKey) == .encryptedKey)
    }
}
