internal import Client
internal import Domain
internal import HTTPClient
internal import Imaging
internal import Runtime
internal import Services
internal import SystemIO

/// Compresses images of another Tintype: fetches the original, makes the smaller file here, and has the other keep it.
final class RemoteCompressor: Sendable {
    private struct FlightKey: Hashable {
        let image: ImageID
        let format: ImageFormat?
        let token: String?
    }

    private let settings: CompressServiceSettings
    private let client: HTTPClient
    private let imaging: ImagingWorkers
    private let files = BlockingPool(name: "files", threads: 2, queue: 1024)
    private let flights = SingleFlight<FlightKey, CompressionReceipt>()

    init(settings: CompressServiceSettings, client: HTTPClient, imaging: ImagingWorkers) {
        (self.settings, self.client, self.imaging) = (settings, client, imaging)
    }

    /// Makes sure that the store has a compressed file of an image, once for all who ask with the same token.
    func compress(_ id: ImageID, as format: ImageFormat?, token: String?) async throws -> CompressionReceipt {
        let token = token ?? settings.token
        do {
            return try await flights.run(FlightKey(image: id, format: format, token: token)) { [self] in
                try await compress(id, as: format, by: connection(token, retryTimeout: settings.retryTimeout))
            }
        } catch let error as ClientError {
            throw ServiceError(error)
        }
    }

    /// Whether the store answers right now.
    func isReady() async -> Bool { await connection(nil, retryTimeout: 0).isAlive() }

    func close() async { await files.close() }

    private func connection(_ token: String?, retryTimeout: Double) -> Connection {
        Connection(
            settings.store, client: client, identity: token.map { .token($0, account: nil) } ?? .anonymous,
            retries: RetryPolicy(retryTimeout: retryTimeout))
    }

    private func compress(
        _ id: ImageID, as format: ImageFormat?, by connection: Connection
    ) async throws -> CompressionReceipt {
        if let kept = try await connection.compression(of: id), format == nil || format == kept.format {
            return CompressionReceipt(id, kept)
        }
        let original = try await scratchFile()
        let image = try await connection.fetchOriginal(of: id, to: original, files: files)
        let frames = try await imaging.probe(original, format: image.format).frames
        var result: FileDescriptor?
        if CompressionRules.applies(to: image.format, frames: frames, as: format) {
            result = try await smaller(original, image.format, as: format)
        }
        if result == nil {
            try CompressionRules.requireOriginal(image.format, bytes: image.bytes, frames: frames, as: format)
        }
        return CompressionReceipt(id, try await connection.keepCompression(of: id, from: result ?? original))
    }

    /// The smaller file; nil if there is none.
    private func smaller(
        _ original: FileDescriptor, _ format: ImageFormat, as wanted: ImageFormat?
    ) async throws -> FileDescriptor? {
        let output = try await scratchFile()
        return try await imaging.compress(original, format: format, as: wanted, to: output) == nil ? nil : output
    }

    /// A file without a name, which goes with its last reference.
    private func scratchFile() async throws -> FileDescriptor {
        let path = settings.scratch.appending(FilePath("tintype-\(UniqueID())"))
        return try await files.run {
            let file = try FileDescriptor(writing: path, mode: 0o600)
            try Folder.remove(path)
            return file
        }
    }
}

extension CompressionReceipt {
    fileprivate init(_ image: ImageID, _ remote: RemoteCompression) {
        self.init(
            image: image, format: remote.format, width: remote.width, height: remote.height, bytes: remote.bytes)
    }
}

extension ServiceError {
    /// The error for the client, for a failure of the store.
    fileprivate init(_ error: ClientError) {
        switch error.code {
        case .unavailable: self.init(.overloaded, error.message)
        case .notPermitted: self.init(.forbidden, error.message)
        case .notFound: self.init(.notFound, error.message)
        case .storageFull: self.init(.storageFull, error.message)
        case .refused, .damaged, .local, .usage: self.init(.conflict, error.message)
        }
    }
}
