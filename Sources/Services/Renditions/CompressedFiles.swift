internal import BlobStorage
internal import CatalogStorage
public import Domain
internal import Imaging
internal import Runtime
internal import SystemIO
internal import Telemetry

/// Compressed files of images: smaller than the originals, and looking like them.
public final class CompressedFiles: Sendable {
    private struct FlightKey: Hashable {
        let image: ImageID
        let format: ImageFormat?
    }

    private let repository: Repository
    private let publication: FilePublication
    private let admission: RenderAdmission
    private let flights = SingleFlight<FlightKey, StoredFile>()

    public init(repository: Repository, publication: FilePublication, admission: RenderAdmission) {
        (self.repository, self.publication, self.admission) = (repository, publication, admission)
    }

    /// Formats that an image can be compressed to.
    public static var formats: [ImageFormat] { ImageFormat.compact }

    /// Makes sure that an image has a compressed file: never larger than the original, and looking like it. It replaces
    /// one of another format.
    ///
    /// If nothing smaller looks like the original, and for images with several frames, the compressed file has the
    /// original's own bytes.
    /// - Parameter format: nil for the format that is kept, or else the usual one.
    /// - Throws: `notFound`; `damaged`; `unsupported` for formats that are only read; `conflict` if there is no
    ///   original, or no smaller file of that format.
    public func compress(
        _ id: ImageID, as format: ImageFormat?, for permission: FilePermission, client: RenderClient
    ) async throws -> CompressionReceipt {
        guard let (access, _) = try await repository.catalog.access(to: id, .compressed) else {
            throw ServiceError.noImage()
        }
        try permission.require(access)
        return CompressionReceipt(id, try await compress(id, access.digest, as: format, for: client))
    }

    /// Does the same without asking for permission, once for all who ask at the same time.
    func compress(
        _ id: ImageID, _ digest: Digest, as format: ImageFormat?, for client: RenderClient
    ) async throws -> StoredFile {
        if let kept = try await find(id, format) { return kept }
        return try await flights.run(FlightKey(image: id, format: format)) { [self] in
            // An earlier flight may have ended since the catalogue was asked.
            if let kept = try await find(id, format) { return kept }
            let made = try await make(id, digest, as: format, for: client)
            _ = try await publication.replace(with: made, of: id)
            return made.file
        }
    }

    private func find(_ id: ImageID, _ format: ImageFormat?) async throws -> StoredFile? {
        guard let kept = try await repository.catalog.access(to: id, .compressed)?.file,
            format == nil || format == kept.format,
            try await repository.store.size(of: kept.key) == kept.bytes
        else { return nil }
        return kept
    }

    private func make(
        _ id: ImageID, _ digest: Digest, as format: ImageFormat?, for client: RenderClient
    ) async throws -> StagedFile {
        guard let content = try await repository.catalog.content(digest) else { throw ServiceError.noImage() }
        if let reason = content.damage { throw ServiceError(.damaged, reason) }
        guard let original = try await repository.catalog.file(of: digest, .original),
            let file = try await repository.store.openLocally(original.key)
        else { throw ServiceError(.conflict, "The original of this image is not kept any more.") }
        let started = ContinuousClock.now
        let compressor = Compressor(
            repository: repository, image: id, content: content, original: original, file: file)
        let cost = RenderCost(ofCompressing: content, to: format)
        let made = try await admission.withRoom(for: cost, of: digest, client: client) {
            try await compressor.compress(as: format)
        }
        repository.metrics.renderTime.observe(started.duration(to: .now) / .seconds(1))
        repository.metrics.renders[.compressed]?.increment()
        return made
    }
}
