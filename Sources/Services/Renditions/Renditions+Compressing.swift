internal import BlobStorage
internal import CatalogStorage
public import Domain
internal import Imaging
internal import Runtime
internal import SystemIO
internal import Telemetry

extension Renditions {
    /// What one compression is about.
    struct CompressionKey: Hashable {
        let digest: Digest
        let format: ImageFormat?
    }

    /// Formats that an image can be compressed to.
    public static var compressedFormats: [ImageFormat] { ImagingWorkers.compressedFormats }

    /// The compressed file of an image, open: made first where it is not kept, or kept in another format than is asked for.
    ///
    /// - Parameter format: nil for whichever is kept, or else the usual one.
    /// - Throws: as `compress`.
    public func compressedFile(
        _ id: ImageID, as format: ImageFormat?, for viewer: Viewer
    ) async throws -> ServedFile {
        guard let format else { return try await file(id, .compressed, for: viewer) }
        // Somebody may ask for another format right between.
        for _ in 0..<3 {
            _ = try await compress(id, as: format, for: viewer)
            let served = try await file(id, .compressed, for: viewer)
            if served.format == format { return served }
        }
        throw ServiceError(.overloaded, "The image is being compressed to several formats at once: try again.")
    }

    /// Sees to it that an image has a compressed file: never larger than the original, and looking like it. It takes the
    /// place of one of another format.
    ///
    /// Where nothing smaller looks like the original, and of images with several frames, the compressed file has the
    /// original's own bytes.
    /// - Throws: `ServiceError` with `notFound`; `damaged`; `unsupported` for formats that are only read; `conflict` where
    /// there is no original, or no smaller file of that format.
    public func compress(
        _ id: ImageID, as format: ImageFormat?, for viewer: Viewer
    ) async throws -> CompressionReceipt {
        guard let servable = try await repository.catalog.servable(id, .compressed),
            viewer.maySee(owner: servable.owner, servable.visibility)
        else { throw ServiceError.noImage() }
        return CompressionReceipt(id, try await compress(servable.digest, as: format))
    }

    /// The same for a content, once for all who ask at the same time.
    func compress(_ digest: Digest, as format: ImageFormat?) async throws -> StoredFile {
        if let kept = try await keptCompression(of: digest, as: format) { return kept }
        return try await compressions.run(CompressionKey(digest: digest, format: format)) { [self] in
            // The flight before this one may have landed since.
            if let kept = try await keptCompression(of: digest, as: format) { return kept }
            guard let content = try await repository.catalog.content(digest) else { throw ServiceError.noImage() }
            if let reason = content.damage { throw ServiceError(.damaged, reason) }
            guard let original = try await repository.catalog.file(of: digest, .original),
                let file = try await repository.store.open(original.key)
            else { throw ServiceError(.conflict, "The original of this image is not kept any more.") }
            let started = ContinuousClock.now
            let compressor = Compressor(repository: repository, content: content, original: original, file: file)
            let memory = RenderCost.bytes(ofCompressing: content, to: format)
            let made = try await admission.withRoom(for: memory, of: digest) {
                try await compressor.compress(as: format)
            }
            repository.metrics.renderTime.observe(started.duration(to: .now) / .seconds(1))
            repository.metrics.renders[.compressed]?.increment()
            try await keepCompression(made.blob, as: made.file)
            return made.file
        }
    }

    private func keptCompression(of digest: Digest, as format: ImageFormat?) async throws -> StoredFile? {
        guard let kept = try await repository.catalog.file(of: digest, .compressed),
            format == nil || format == kept.format,
            try await repository.store.size(of: kept.key) == kept.bytes
        else { return nil }
        return kept
    }

    /// Publishes and records a compressed file in the place of an earlier one, unless the content has gone meanwhile.
    func keepCompression(_ blob: StagedBlob, as file: StoredFile) async throws {
        let digest = file.digest
        try await withoutCancellation { [self] in
            try await repository.locks.withLock(digest) {
                guard try await repository.catalog.isKnown(digest) else { throw ServiceError.noImage() }
                if let earlier = try await repository.catalog.file(of: digest, .compressed) {
                    // Another file of the same name is not replaced; those who have it open read on.
                    try await repository.store.remove([earlier.key]) {
                        _ = try await repository.catalog.removeFile(of: digest, .compressed)
                        forget(digest)
                        return ((), [earlier.key])
                    }
                }
                _ = try await repository.store.publish(blob, as: file.key)
                try await repository.catalog.addFiles([file])
                try await repository.store.settle(blob)
                forget(digest)
            }
        }
    }
}
