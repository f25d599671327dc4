internal import COpenSSL
internal import CZlib

/// The SHA-256 (FIPS 180-4) and the CRC-32 (ISO 3309) of bytes, computed while they stream.
public final class ContentHasher {
    private let context: OpaquePointer?
    private var crc: UInt = 0

    public init() {
        context = EVP_MD_CTX_new()
        EVP_DigestInit_ex(context, EVP_sha256(), nil)
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Takes the next bytes.
    public func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { buffer in
            EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
            crc = crc32_z(crc, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), buffer.count)
        }
    }

    /// The 32 bytes of the digest and the checksum; once only.
    public func finish() -> (sha256: [UInt8], crc32: UInt32) {
        var digest = [UInt8](repeating: 0, count: 32)
        EVP_DigestFinal_ex(context, &digest, nil)
        return (digest, UInt32(truncatingIfNeeded: crc))
    }
}
