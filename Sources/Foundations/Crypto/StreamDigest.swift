internal import COpenSSL

/// A digest of bytes, computed while they stream.
public final class StreamDigest {
    public enum Algorithm: Sendable {
        /// SHA-1 (FIPS 180-4), 20 bytes: against errors of transport only.
        case sha1
        /// SHA-256 (FIPS 180-4), 32 bytes.
        case sha256
        /// SHA-512 (FIPS 180-4), 64 bytes.
        case sha512
    }

    private let context: OpaquePointer
    private let length: Int

    /// - Throws: `DigestFailure`, as every method does.
    public init(_ algorithm: Algorithm) throws(DigestFailure) {
        guard let context = EVP_MD_CTX_new() else { throw DigestFailure() }
        self.context = context
        let type =
            switch algorithm {
            case .sha1: EVP_sha1()
            case .sha256: EVP_sha256()
            case .sha512: EVP_sha512()
            }
        length = Int(EVP_MD_get_size(type))
        try check(EVP_DigestInit_ex(context, type, nil))
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Takes the next bytes.
    public func update(_ bytes: [UInt8]) throws(DigestFailure) {
        try check(bytes.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) })
    }

    /// The digest; once only.
    public func finish() throws(DigestFailure) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: length)
        try check(EVP_DigestFinal_ex(context, &digest, nil))
        return digest
    }

    private func check(_ code: Int32) throws(DigestFailure) {
        if code != 1 { throw DigestFailure() }
    }
}
