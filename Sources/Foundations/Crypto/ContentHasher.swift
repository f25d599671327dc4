internal import COpenSSL
internal import CZlib

/// OpenSSL refuses to digest, for want of memory or of the algorithm.
public struct DigestFailure: Error {}

/// The SHA-256 (FIPS 180-4) and the CRC-32 (ISO 3309) of bytes, computed while they stream.
public final class ContentHasher {
    private let context: OpaquePointer
    private var crc: UInt = 0

    /// - Throws: `DigestFailure`, as every method does.
    public init() throws(DigestFailure) {
        guard let context = EVP_MD_CTX_new() else { throw DigestFailure() }
        self.context = context
        try check(EVP_DigestInit_ex(context, EVP_sha256(), nil))
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Takes the next bytes.
    public func update(_ bytes: [UInt8]) throws(DigestFailure) {
        let code = bytes.withUnsafeBytes { buffer in
            crc = crc32_z(crc, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), buffer.count)
            return EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
        }
        try check(code)
    }

    /// The 32 bytes of the digest and the checksum; once only.
    public func finish() throws(DigestFailure) -> (sha256: [UInt8], crc32: UInt32) {
        var digest = [UInt8](repeating: 0, count: 32)
        try check(EVP_DigestFinal_ex(context, &digest, nil))
        return (digest, UInt32(truncatingIfNeeded: crc))
    }

    private func check(_ code: Int32) throws(DigestFailure) {
        if code != 1 { throw DigestFailure() }
    }
}
