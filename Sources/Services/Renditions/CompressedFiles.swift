internal import BlobStorage
internal import CatalogStorage
public import Domain
internal import RenditionStorage
internal import Runtime
internal import SystemIO

/// Compressed files of images: smaller than the originals, and looking like them.
///
/// An image keeps one if its owner asks for it. Others, and other formats, are made for those who ask, and cached.
public final class CompressedFiles: Sendable {
    private static let piece = 1 << 20

    private struct FlightKey: Hashable {
        let image: ImageID
        let format: ImageFormat?
    }

    private let repository: Repository
    private let publication: FilePublication
    private let openFiles: OpenFiles
    private let compressor: Compressor
    private let flights = SingleFlight<FlightKey, StoredFile>()

    public init(
        repository: Repository, publication: FilePublication, openFiles: OpenFiles, admission: RenderAdmission
    ) {
        (self.repository, self.publication, self.openFiles) = (repository, publication, openFiles)
        compressor = Compressor(repository: repository, admission: admission)
    }

    /// Formats that an image can be compressed to.
    public static var formats: [ImageFormat] { ImageFormat.compact }

    /// The compressed file of an image, open: the one that it keeps, or else one for this request. Nothing changes.
    ///
    /// If nothing smaller looks like the original, and for images with several frames, it has the original's own bytes. A
    /// kept file may have been made elsewhere, and have metadata of the original. So who may not have the original gets
    /// neither, but the one for this request.
    /// - Parameter format: nil for the format that is kept, or else the usual one.
    /// - Throws: `notFound`; `damaged`; `unsupported` for formats that are only read; `overloaded`; `conflict` if there
    ///   is no original, or no smaller file of that format.
    func open(
        _ id: ImageID, as format: ImageFormat?, for permission: FilePermission, client: RenderClient
    ) async throws -> OpenFile {
        guard let (access, kept) = try await repository.catalog.access(to: id, .compressed) else {
            throw ServiceError.noImage()
        }
        let grant = try await permission.require(.rendition, of: id, access, in: repository.catalog)
        let mayHaveOriginal = grant.includesOriginal(access)
        if mayHaveOriginal, let kept, format == nil || format == kept.format,
            let file = try await openFiles.openKept(kept, access)
        {
            return file
        }
        let (original, content, rotation) = try await source(id)
        if let file = try await compressor.smaller(than: content, turnedBy: rotation, as: format, for: client) {
            return try await openFiles.openRequested(file.hit, file.key, nil, access)
        }
        try Self.requireSubstitute(original, for: content, rotation, as: format)
        guard mayHaveOriginal else { throw ServiceError.hiddenOriginal }
        guard let file = try await openFiles.openKept(original, access) else { throw ServiceError.noOriginal }
        return file
    }

    /// Makes sure that an image keeps a compressed file. It replaces one of another format.
    ///
    /// - Throws: as `open`; as `Viewer.requireChange`.
    public func compress(
        _ id: ImageID, as format: ImageFormat?, for viewer: Viewer, client: RenderClient
    ) async throws -> CompressionReceipt {
        guard let record = try await repository.catalog.image(id) else { throw ServiceError.noImage() }
        try viewer.requireChange(of: record)
        return CompressionReceipt(id, try await compress(id, as: format, for: client))
    }

    /// Does the same without asking who may, once for all who ask at the same time.
    func compress(_ id: ImageID, as format: ImageFormat?, for client: RenderClient) async throws -> StoredFile {
        try await flights.run(FlightKey(image: id, format: format)) { [self] in
            if let kept = try await find(id, format) { return kept }
            let (original, content, rotation) = try await source(id)
            let made: StagedFile
            if let file = try await compressor.smaller(than: content, turnedBy: rotation, as: format, for: client) {
                made = try await stage(file.hit.source, file.key.format, of: content, turnedBy: rotation, only: id)
            } else {
                try Self.requireSubstitute(original, for: content, rotation, as: format)
                guard let file = try await repository.store.open(original.key) else { throw ServiceError.noOriginal }
                made = try await stage(file, content.format, of: content, turnedBy: rotation, only: id)
            }
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

    /// - Throws: `conflict` if the original may not stand in for the compressed file.
    private static func requireSubstitute(
        _ original: StoredFile, for content: ImageContent, _ rotation: Orientation, as format: ImageFormat?
    ) throws {
        guard rotation == .upright else {
            throw ServiceError(
                .conflict,
                "The image is turned, and cannot be compressed as it is shown: ask for another type, or a rendition.")
        }
        try CompressionRules.requireOriginal(
            content.format, bytes: original.bytes, frames: content.frames, as: format)
    }

    /// The original that an image shows, with its content, and how the image is turned.
    private func source(
        _ id: ImageID
    ) async throws -> (original: StoredFile, content: ImageContent, rotation: Orientation) {
        guard let (access, original) = try await repository.catalog.access(to: id, .original),
            let content = try await repository.catalog.content(access.digest)
        else { throw ServiceError.noImage() }
        if let reason = content.damage { throw ServiceError(.damaged, reason) }
        guard let original else { throw ServiceError.noOriginal }
        return (original, content, access.rotation)
    }

    /// A copy of bytes that is to become the compressed file of an image.
    private func stage(
        _ source: ByteSource, _ format: ImageFormat, of content: ImageContent, turnedBy rotation: Orientation,
        only image: ImageID
    ) async throws -> StagedFile {
        let blob = try await repository.store.stage()
        var offset: Int64 = 0
        while offset < source.length {
            let piece = try await repository.store.read(source, at: offset, count: Self.piece)
            // A truncated file must not become a compressed file.
            guard !piece.isEmpty else { throw ServiceError(.conflict, "The original of this image is not whole.") }
            try await blob.append(piece)
            offset += Int64(piece.count)
        }
        let size = content.turned(by: rotation).uprightSize
        let stored = StoredFile(
            .compressed, of: content, only: image, rotation: rotation, format: format, width: size.width,
            height: size.height, try blob.finish())
        return StagedFile(blob: blob, file: stored)
    }
}

extension ServiceError {
    static var noOriginal: ServiceError {
        ServiceError(.conflict, "The original of this image is not kept any more.")
    }
}
