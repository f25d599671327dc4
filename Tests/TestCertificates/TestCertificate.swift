internal import CGnuTLS
internal import Glibc

/// A self-signed certificate for `localhost` and 127.0.0.1, made for a test.
public struct TestCertificate: Sendable {
    /// As PEM.
    public let certificate: [UInt8]
    /// As PEM.
    public let key: [UInt8]
    /// The key as PEM, protected by a password.
    public let encryptedKey: [UInt8]

    /// - Parameters:
    ///   - name: the common name.
    ///   - seconds: how long it is still valid.
    public init(name: String = "localhost", validFor seconds: Int = 86_400) {
        var (key, certificate): (gnutls_x509_privkey_t?, gnutls_x509_crt_t?)
        gnutls_x509_privkey_init(&key)
        gnutls_x509_crt_init(&certificate)
        defer {
            gnutls_x509_crt_deinit(certificate)
            gnutls_x509_privkey_deinit(key)
        }
        // GNUTLS_CURVE_TO_BITS, a macro.
        gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, 1 << 31 | GNUTLS_ECC_CURVE_SECP256R1.rawValue, 0)
        gnutls_x509_crt_set_version(certificate, 3)
        var serial = (UInt64.random(in: 1...UInt64.max) >> 1).bigEndian
        gnutls_x509_crt_set_serial(certificate, &serial, MemoryLayout.size(ofValue: serial))
        let now = time(nil)
        gnutls_x509_crt_set_activation_time(certificate, min(now, now + seconds) - 3600)
        gnutls_x509_crt_set_expiration_time(certificate, now + seconds)
        gnutls_x509_crt_set_dn(certificate, "CN=\(name)", nil)
        gnutls_x509_crt_set_subject_alt_name(
            certificate, GNUTLS_SAN_DNSNAME, "localhost", 9, UInt32(GNUTLS_FSAN_SET))
        gnutls_x509_crt_set_subject_alt_name(
            certificate, GNUTLS_SAN_IPADDRESS, [127, 0, 0, 1] as [UInt8], 4, UInt32(GNUTLS_FSAN_APPEND))
        gnutls_x509_crt_set_basic_constraints(certificate, 1, -1)
        gnutls_x509_crt_set_key(certificate, key)
        gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0)
        self.certificate = Self.export { gnutls_x509_crt_export(certificate, GNUTLS_X509_FMT_PEM, $0, $1) }
        self.key = Self.export { gnutls_x509_privkey_export(key, GNUTLS_X509_FMT_PEM, $0, $1) }
        encryptedKey = Self.export {
            gnutls_x509_privkey_export_pkcs8(
                key, GNUTLS_X509_FMT_PEM, "secret", GNUTLS_PKCS_PBES2_AES_256.rawValue, $0, $1)
        }
    }

    private static func export(
        _ write: (UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int>) -> Int32
    ) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        var count = bytes.count
        let code = bytes.withUnsafeMutableBufferPointer { write($0.baseAddress, &count) }
        precondition(code >= 0, "a certificate cannot be made")
        return Array(bytes.prefix(count))
    }
}
