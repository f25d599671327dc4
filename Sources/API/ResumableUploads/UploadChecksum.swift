internal import Crypto
internal import FoundationEssentials
internal import HTTPTypes
internal import Runtime
internal import Streams

/// The checksum that a client sends with bytes of an upload: `Upload-Checksum`, an algorithm and a digest in base64.
struct UploadChecksum {
    private let algorithm: StreamDigest.Algorithm
    private let digest: [UInt8]

    /// - Returns: nil if the request has none.
    /// - Throws: a problem if the algorithm is unknown or the digest cannot be read.
    init?(_ request: HTTPRequest) throws {
        guard let text = request.fields["Upload-Checksum"] else { return nil }
        let parts = text.split(separator: " ")
        let known: [String: (StreamDigest.Algorithm, Int)] = ["sha1": (.sha1, 20), "sha256": (.sha256, 32)]
        guard parts.count == 2, let (algorithm, length) = known[String(parts[0])],
            let data = Data(base64Encoded: String(parts[1])), data.count == length
        else {
            throw Problem.badRequest(
                "Upload-Checksum must be sha1 or sha256, a space, and the digest in base64 (of 20 or 32 bytes).",
                at: .header("Upload-Checksum"))
        }
        (self.algorithm, digest) = (algorithm, [UInt8](data))
    }

    /// The body, whose end is an error if it has another digest.
    func verified(_ body: ByteStream) throws -> ByteStream {
        let state = Locked(try StreamDigest(algorithm))
        return ByteStream { [digest] in
            guard let piece = try await body.next() else {
                guard try state.withLock({ try $0.finish() }) == digest else {
                    throw Problem(
                        .checksumMismatch, at: .header("Upload-Checksum"),
                        "The bytes do not have the checksum that Upload-Checksum names: nothing of them was kept, send them again."
                    )
                }
                return nil
            }
            try state.withLock { try $0.update(piece) }
            return piece
        }
    }
}
