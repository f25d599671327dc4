internal import BlobStorage
internal import CatalogStorage
internal import Domain
internal import Imaging
internal import SystemIO
internal import Telemetry

/// Makes the compressed file of one image.
struct Compressor {
    private static let piece = 1 << 20

    let repository: Repository
    let image: ImageID
    let content: ImageContent
    let original: StoredFile
    /// The original, open.
    let file: FileDescriptor

    /// Compresses the picture. If that makes it no smaller, copies the original.
    func compress(as format: ImageFormat?) async throws -> StagedFile {
        if let made = try await smaller(as: format) { return made }
        try CompressionRules.requireOriginal(
            content.format, bytes: original.bytes, frames: content.frames, as: format)
        return try await copy()
    }

    private func smaller(as format: ImageFormat?) async throws -> StagedFile? {
        guard CompressionRules.applies(to: content.format, frames: content.frames, as: format) else { return nil }
        let blob = try await repository.store.stage()
        do {
            guard
                let result = try await repository.imaging.compress(
                    file, format: content.format, as: format, to: blob.file)
            else { return nil }
            let stored = StoredFile(
                .compressed, of: content, only: image, format: result.format, width: result.width,
                height: result.height,
                try await blob.summarize())
            return StagedFile(blob: blob, file: stored)
        } catch let error as ImagingError {
            repository.metrics.failedRenders.increment()
            if error.code == .notWritten { throw ServiceError.storageFull }
            if error.code == .damaged {
                try await repository.catalog.markDamaged(content.digest, reason: error.message)
            }
            throw error
        }
    }

    private func copy() async throws -> StagedFile {
        let blob = try await repository.store.stage()
        var offset: Int64 = 0
        let source = ByteSource(file, length: original.bytes)
        while offset < original.bytes {
            let piece = try await repository.store.read(source, at: offset, count: Self.piece)
            // A truncated original must not become a compressed file.
            guard !piece.isEmpty else { throw ServiceError(.conflict, "The original of this image is not whole.") }
            try await blob.append(piece)
            offset += Int64(piece.count)
        }
        let size = content.uprightSize
        let stored = StoredFile(
            .compressed, of: content, only: image, format: content.format, width: size.width, height: size.height,
            try blob.finish())
        return StagedFile(blob: blob, file: stored)
    }
}
