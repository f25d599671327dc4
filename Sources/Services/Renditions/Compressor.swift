internal import BlobStorage
internal import CatalogStorage
internal import Domain
internal import Imaging
internal import SystemIO
internal import Telemetry

/// Makes the compressed file of one content.
struct Compressor {
    private static let piece = 1 << 20

    let repository: Repository
    let content: ImageContent
    let original: StoredFile
    /// The original, open.
    let file: FileDescriptor

    struct Made: Sendable {
        let blob: StagedBlob
        let file: StoredFile
    }

    /// Compresses the picture; where that makes it no smaller, copies the original.
    func compress(as format: ImageFormat?) async throws -> Made {
        if let made = try await smaller(as: format) { return made }
        guard format == nil || format == content.format else {
            throw ServiceError(
                .conflict,
                content.frames > 1
                    ? "The image has \(content.frames) frames, which are not compressed: its compressed file has the original's bytes. Leave the type out."
                    : "As \(format?.rawValue ?? "") the image would not be smaller than its original of \(original.bytes) bytes, or not look like it: ask for another type, or leave it out."
            )
        }
        return try await copy()
    }

    /// Frames are never dropped, and a drawing that can be enlarged at will is not made pixels, unless that is asked for.
    private func smaller(as format: ImageFormat?) async throws -> Made? {
        guard content.frames <= 1, content.format != .svg || format != nil else { return nil }
        let blob = try await repository.store.stage()
        do {
            guard
                let result = try await repository.imaging.compress(
                    file, format: content.format, as: format, to: blob.file)
            else { return nil }
            return try await made(blob, result.format, width: result.width, height: result.height)
        } catch let error as ImagingError {
            repository.metrics.failedRenders.increment()
            if error.code == .notWritten { throw ServiceError.storageFull }
            if error.code == .damaged {
                try await repository.catalog.markDamaged(content.digest, reason: error.message)
            }
            throw error
        }
    }

    private func copy() async throws -> Made {
        let blob = try await repository.store.stage()
        var offset: Int64 = 0
        while offset < original.bytes {
            let piece = try await repository.store.read(file, at: offset, count: Self.piece)
            // What was cut off on the disk must not become a compressed file.
            guard !piece.isEmpty else { throw ServiceError(.conflict, "The original of this image is not whole.") }
            try await blob.append(piece)
            offset += Int64(piece.count)
        }
        let size = content.uprightSize
        return try await made(blob, content.format, width: size.width, height: size.height)
    }

    private func made(_ blob: StagedBlob, _ format: ImageFormat, width: Int, height: Int) async throws -> Made {
        Made(
            blob: blob,
            file: try await StoredFile(
                compressed: blob, of: content, format: format, width: width, height: height))
    }
}

extension StoredFile {
    /// The compressed file that a staged one is to become.
    init(
        compressed blob: StagedBlob, of content: ImageContent, format: ImageFormat, width: Int, height: Int
    ) async throws {
        let summary = try await blob.summarize()
        let key = BlobKey(
            type: .compressed, digest: content.digest, taken: content.metadata.taken?.local, format: format)
        self.init(
            digest: content.digest, type: .compressed, key: key, format: format, width: width, height: height,
            bytes: summary.bytes, crc32: summary.crc32, dateUploaded: .now)
    }
}
