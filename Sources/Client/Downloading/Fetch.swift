internal import Crypto
internal import Domain
internal import HTTPClient
internal import HTTPTypes
internal import Runtime
internal import SystemIO

/// Fetches one file of one image: find it locally, download the missing bytes, verify, publish.
struct Fetch: Sendable {
    /// The expected digest or checksum of a file.
    private enum Expectation: Sendable {
        case digest(Digest)
        /// The server states no digest for renditions.
        case checksum(String)
    }

    /// A file on the server.
    private struct Kept: Sendable {
        let format: ImageFormat
        let expectation: Expectation
        let bytes: Int64
    }

    let connection: Connection
    let progress: RunProgress
    let options: Download.Options
    let files: BlockingPool<Void>

    func makeFolder() async throws {
        let folder = options.folder
        do {
            try await files.run { try Folder.create(folder) }
        } catch let error as SystemError {
            throw ClientError(
                .usage,
                "the folder \(SanitizedText.of(folder)) cannot be created: \(error.meaning); choose another --to")
        }
    }

    /// Fetches the file.
    ///
    /// - Returns: its path, its outcome, and the number of received bytes.
    func run(_ image: RemoteImage) async throws -> (FilePath, Outcome, Int64) {
        let known = try await kept(image)
        if let known, let path = try await present(image, known) {
            return (path, .kept(image.id), 0)
        }
        let part = try await files.run { [options] in
            try PartFile(options.folder.appending(FileNaming.part(id: image.id, type: options.type)))
        }
        let ticket = progress.begin(FilePath(image.title), bytes: known?.bytes ?? image.bytes)
        defer { progress.end(ticket) }
        let received = Locked<Int64>(0)
        for isLast in [false, true] {
            try await receive(image, part, bytes: known?.bytes, ticket: ticket, received: received)
            // A rendition is often made only at this request.
            let now = if let known { known } else { try await kept(image) }
            guard let now else {
                throw ClientError(.damaged, "the server does not tell what it has sent")
            }
            if try await verify(part, now.expectation) {
                let path = try await publish(part, image, now)
                return (path, .fetched(image.id), received.withLock { $0 })
            }
            try await files.run { try part.startOver() }
            if isLast { try await files.run { _ = try Folder.remove(part.path) } }
        }
        throw ClientError(.damaged, "what comes is not what the server says it has: twice, so that nothing was kept")
    }

    /// A full disk, as an error that ends the run.
    func full(_ error: SystemError) -> ClientError {
        ClientError(
            .storageFull,
            "no room is left for files in \(SanitizedText.of(options.folder)) (\(error.meaning)): make some, or choose another --to"
        )
    }

    /// The file on the server; nil for a rendition that has not been made yet, and for an original that is not given.
    private func kept(_ image: RemoteImage) async throws -> Kept? {
        if options.type == .original {
            // Without it, the request for the original is refused, and says why.
            return image.digest.map { Kept(format: image.format, expectation: .digest($0), bytes: image.bytes) }
        }
        guard let file = try await connection.files(of: image.id).first(where: { $0.type == options.type }) else {
            return nil
        }
        return Kept(format: file.format, expectation: .checksum(file.crc32), bytes: file.bytes)
    }

    private func names(_ image: RemoteImage, _ format: ImageFormat) -> [FilePath] {
        [false, true].map { isFull in
            options.folder.appending(
                FileNaming.name(
                    title: image.title, id: image.id, type: options.type, format: format, isFull: isFull))
        }
    }

    /// The path of the file if it exists locally; otherwise nil.
    private func present(_ image: RemoteImage, _ kept: Kept) async throws -> FilePath? {
        let names = names(image, kept.format)
        return try await files.run {
            for path in names {
                guard let status = try? FileStatus(of: path, followingLinks: true), status.kind == .file,
                    status.bytes == kept.bytes
                else { continue }
                if try Self.matches(try FileDescriptor(reading: path), kept.expectation) { return path }
            }
            return nil
        }
    }

    /// Downloads the missing bytes of a file; an interrupted original is resumed.
    private func receive(
        _ image: RemoteImage, _ part: PartFile, bytes: Int64?, ticket: Int, received: Locked<Int64>
    ) async throws {
        let target = "/v1/images/\(image.id)/\(options.type.rawValue)"
        if let bytes, part.size == bytes { return }
        part.bound(to: bytes)
        let canResume = options.type == .original
        if !canResume || part.size > bytes ?? 0 { try await files.run { try part.startOver() } }
        // The validator that ensures that the rest belongs to the same file (RFC 9110, section 13.1.5).
        let tag = canResume ? try await connection.call(.head, target).fields["ETag"] : nil
        let response = try await connection.call(
            .get, target,
            fields: {
                guard let tag, part.size > 0 else { return [:] }
                return ["Range": "bytes=\(part.size)-", "If-Range": tag]
            },
            accepting: [200, 206],
            into: .stream(
                accepts: { try part.prepare(for: $0) },
                write: { [progress] piece in
                    try part.write(piece)
                    received.withLock { $0 += Int64(piece.count) }
                    progress.advance(ticket, to: part.size)
                }), hasAdvanced: { part.takeAdvance() })
        // An empty file has no body, so nothing has been written.
        if response.status == 200, response.fields["Content-Length"] == "0" { try part.startOver() }
    }

    private func verify(_ part: PartFile, _ expectation: Expectation) async throws -> Bool {
        try await files.run {
            try part.file.synchronize()
            return try Self.matches(part.file, expectation)
        }
    }

    private static func matches(_ file: FileDescriptor, _ expectation: Expectation) throws -> Bool {
        let sums = try FileScan.digest(of: file, isCancelled: { false })
        switch expectation {
        case .digest(let digest): return sums.digest == digest
        case .checksum(let text): return UInt32(text, radix: 16) == sums.crc32
        }
    }

    /// Renames the file to its final name, which must not exist.
    private func publish(_ part: PartFile, _ image: RemoteImage, _ kept: Kept) async throws -> FilePath {
        let names = names(image, kept.format)
        let folder = options.folder
        return try await files.run {
            for path in names {
                guard try Folder.move(part.path, to: path) else { continue }
                try Folder.synchronize(folder)
                return path
            }
            throw ClientError(
                .refused,
                "other files are in the way of \(SanitizedText.of(names[0])): move them, or choose another --to"
            )
        }
    }
}
