internal import Crypto
internal import Domain
internal import FileFormats
internal import SystemIO

/// The result of scanning a file.
enum ScannedFile: Sendable {
    /// An image, with the digest of its bytes and the status of the file while they were read.
    case image(Digest, FileStatus, FileDescriptor)
    /// Another file, with words that complete "this is …".
    case other(String)
}

/// Reads files to tell images from other files. Blocks.
enum FileScan {
    private static let pieceLength = 256 << 10

    /// Recognises an image by its first bytes, and computes the digest of all bytes.
    ///
    /// - Throws: `SystemError`; `ClientError` if the file was changed in the meantime.
    static func examine(_ found: FoundFile, isCancelled: () -> Bool) throws -> ScannedFile {
        let file = try found.open()
        let before = try file.status()
        guard before.kind == .file else { return .other("no file any more") }
        let recognition = try FormatRecognition.recognise(size: before.bytes) { try file.read(at: $0, count: $1) }
        if case .other(let words) = recognition { return .other(words) }
        let digest = try self.digest(of: file, isCancelled: isCancelled).digest
        guard try file.status() == before else {
            throw ClientError(.local, "it was changed while it was read: try again when that is over")
        }
        return .image(digest, before, file)
    }

    /// The digest and the checksum of a file's bytes.
    static func digest(
        of file: FileDescriptor, isCancelled: () -> Bool
    ) throws -> (digest: Digest, crc32: UInt32, bytes: Int64) {
        let hasher = try ContentHasher()
        var position: Int64 = 0
        while true {
            let piece = try file.read(at: position, count: pieceLength)
            if piece.isEmpty { break }
            try hasher.update(piece)
            position += Int64(piece.count)
            if isCancelled() { throw CancellationError() }
        }
        let sums = try hasher.finish()
        guard let digest = Digest(bytes: sums.sha256) else { throw ClientError(.local, "it cannot be digested") }
        return (digest, sums.crc32, position)
    }
}
