internal import CZlib

/// OpenSSL refuses to digest, for want of memory or of the algorithm.
public struct DigestFailure: Error {}

/// The SHA-256 (FIPS 180-4) and the CRC-32 (ISO 3309) of bytes, computed while they stream.
public final class ContentHasher {
    private let digest: StreamDigest
    private var crc: UInt = 0

    /// - Throws: `DigestFailure`, as every method does.
    public init() throws(DigestFailure) { digest = try StreamDigest(.sha256) }

    /// Takes the next bytes.
    public func update(_ bytes: [UInt8]) throws(DigestFailure) {
        crc = bytes.withUnsafeBytes { buffer in
            crc32_z(crc, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), buffer.count)
        }
        try digest.update(bytes)
    }

    /// The 32 bytes of the digest and the checksum; once only.
    public func finish() throws(DigestFailure) -> (sha256: [UInt8], crc32: UInt32) {
        (try digest.finish(), UInt32(truncatingIfNeeded: crc))
    }
}
