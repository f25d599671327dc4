internal import CGnuTLS

/// A certificate with its chain and its private key, ready for handshakes.
///
/// Unchecked: the structures are made once and never changed, and GnuTLS reads them from any thread (its manual,
/// section "Thread safety").
public final class TLSCertificate: @unchecked Sendable {
    /// The time before which the certificate is not valid, in seconds since 1970.
    public let notBefore: Int64
    /// The time after which the certificate is not valid, in seconds since 1970.
    public let notAfter: Int64
    /// The text of the certificate and its chain, by which a renewed one is told from it.
    private let text: [UInt8]
    private let chain: CertificateChain
    private let key: PrivateKey

    /// - Parameters:
    ///   - certificate: the certificate of the server and those of its issuers, as PEM (RFC 7468).
    ///   - key: the private key of the certificate, as PEM, without a password.
    /// - Throws: if either cannot be read, or the key is another certificate's.
    public init(certificate: [UInt8], key: [UInt8]) throws(TLSCertificateError) {
        chain = try CertificateChain(certificate)
        self.key = try PrivateKey(key)
        guard let own = chain.publicKeyID, own == self.key.publicKeyID else { throw .mismatch }
        (notBefore, notAfter, text) = (chain.notBefore, chain.notAfter, certificate)
    }

    /// Whether it is the same certificate, whose key then is the same, too.
    public func isSame(as other: TLSCertificate) -> Bool { text == other.text }

    /// Lends the structures to a handshake, which may use them as long as this object lives.
    func lend(
        _ certificates: UnsafeMutablePointer<UnsafeMutablePointer<gnutls_pcert_st>?>,
        _ count: UnsafeMutablePointer<UInt32>, _ key: UnsafeMutablePointer<gnutls_privkey_t?>
    ) {
        certificates.pointee = chain.certificates.baseAddress
        count.pointee = UInt32(chain.certificates.count)
        key.pointee = self.key.handle
    }
}

/// Why a certificate and its key cannot be used.
public enum TLSCertificateError: Error {
    /// The first text has no certificate.
    case noCertificate
    /// The second text has no private key.
    case noKey
    /// The private key is protected by a password.
    case encryptedKey
    /// The private key is not that of the certificate.
    case mismatch
}

/// The certificates that a server shows, its own first.
private final class CertificateChain {
    let certificates: UnsafeMutableBufferPointer<gnutls_pcert_st>
    let (notBefore, notAfter): (Int64, Int64)

    init(_ text: [UInt8]) throws(TLSCertificateError) {
        var list: UnsafeMutablePointer<gnutls_x509_crt_t?>?
        var count: UInt32 = 0
        let code = withDatum(text) {
            gnutls_x509_crt_list_import2(&list, &count, $0, GNUTLS_X509_FMT_PEM, GNUTLS_X509_CRT_LIST_SORT.rawValue)
        }
        guard code >= 0, let list, count > 0 else { throw .noCertificate }
        defer {
            for index in 0..<Int(count) { gnutls_x509_crt_deinit(list[index]) }
            tintype_gnutls_free(list)
        }
        notBefore = Int64(gnutls_x509_crt_get_activation_time(list[0]))
        notAfter = Int64(gnutls_x509_crt_get_expiration_time(list[0]))
        certificates = .allocate(capacity: Int(count))
        certificates.initialize(repeating: gnutls_pcert_st())
        for index in 0..<Int(count) where gnutls_pcert_import_x509(&certificates[index], list[index], 0) < 0 {
            throw .noCertificate
        }
    }

    deinit {
        for index in certificates.indices { gnutls_pcert_deinit(&certificates[index]) }
        certificates.deallocate()
    }

    var publicKeyID: [UInt8]? { certificates.first.flatMap { keyID(of: $0.pubkey) } }
}

private final class PrivateKey {
    let handle: gnutls_privkey_t

    init(_ text: [UInt8]) throws(TLSCertificateError) {
        var handle: gnutls_privkey_t?
        guard gnutls_privkey_init(&handle) >= 0, let handle else { throw .noKey }
        self.handle = handle
        let code = withDatum(text) { gnutls_privkey_import_x509_raw(handle, $0, GNUTLS_X509_FMT_PEM, nil, 0) }
        guard code >= 0 else {
            throw code == GNUTLS_E_DECRYPTION_FAILED || Self.isEncrypted(text) ? .encryptedKey : .noKey
        }
    }

    deinit { gnutls_privkey_deinit(handle) }

    var publicKeyID: [UInt8]? {
        var key: gnutls_pubkey_t?
        guard gnutls_pubkey_init(&key) >= 0, let key else { return nil }
        defer { gnutls_pubkey_deinit(key) }
        return gnutls_pubkey_import_privkey(key, handle, 0, 0) >= 0 ? keyID(of: key) : nil
    }

    /// Whether the header of a PEM file says so: `ENCRYPTED PRIVATE KEY`, or `Proc-Type: 4,ENCRYPTED`.
    private static func isEncrypted(_ text: [UInt8]) -> Bool {
        String(decoding: text, as: UTF8.self).contains("ENCRYPTED")
    }
}

/// A digest that two keys have in common only if they belong together; nil if it cannot be made.
private func keyID(of key: gnutls_pubkey_t?) -> [UInt8]? {
    var id = [UInt8](repeating: 0, count: 64)
    var count = id.count
    guard gnutls_pubkey_get_key_id(key, 0, &id, &count) >= 0 else { return nil }
    return Array(id.prefix(count))
}

private func withDatum<Result>(_ bytes: [UInt8], _ body: (UnsafePointer<gnutls_datum_t>) -> Result) -> Result {
    var copy = bytes
    return copy.withUnsafeMutableBytes { buffer in
        var datum = gnutls_datum_t(
            data: buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), size: UInt32(clamping: buffer.count))
        return body(&datum)
    }
}
