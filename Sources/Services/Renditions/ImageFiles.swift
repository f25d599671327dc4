internal import CatalogStorage
public import Domain
internal import RenditionStorage
internal import Transformations

/// The files of images, as they are asked for: opened if they are kept, and made first if they are not.
public struct ImageFiles: Sendable {
    /// How often a file is looked for.
    private static let attempts = 3

    private let repository: Repository
    private let openFiles: OpenFiles
    private let publication: FilePublication
    private let kept: KeptRenditions
    private let compressed: CompressedFiles
    private let requested: RequestedRenditions

    public init(
        repository: Repository, openFiles: OpenFiles, publication: FilePublication, kept: KeptRenditions,
        compressed: CompressedFiles, requested: RequestedRenditions
    ) {
        (self.repository, self.openFiles, self.publication) = (repository, openFiles, publication)
        (self.kept, self.compressed, self.requested) = (kept, compressed, requested)
    }

    /// A file of an image. A kept rendition that is missing is made first.
    ///
    /// - Parameter client: who waits for it then.
    /// - Throws: `notFound`; `damaged` if the pixels cannot be decoded.
    public func file(
        _ id: ImageID, _ type: FileType, for permission: FilePermission, client: RenderClient
    ) async throws -> OpenFile {
        // It need not be kept.
        if type == .compressed { return try await compressed.open(id, as: nil, for: permission, client: client) }
        let key = OpenFiles.Key.kept(id, type)
        if let file = try openFiles.find(key, for: permission) { return file }
        return try await openFiles.open(key, for: permission) { openFiles in
            // What was made may be of an original that was replaced meanwhile: then the new one is looked at.
            for _ in 0..<Self.attempts {
                guard let (access, stored) = try await repository.catalog.access(to: id, type) else { break }
                try await permission.require(key.use, of: id, access, in: repository.catalog)
                if let stored, let file = try await openFiles.openKept(stored, access) { return file }
                try await make(type, of: id, access, for: client)
            }
            throw ServiceError.noImage()
        }
    }

    /// An image in a format, in its own size and upright: the original itself if it is in that format, may be had and is
    /// not turned, or if no format is asked for. An animation stays one.
    ///
    /// - Throws: as `file` and `RequestedRenditions.rendition`, also if the format cannot hold the size; `unsupported`
    ///   for a format that cannot be written.
    public func file(
        _ id: ImageID, in format: ImageFormat?, for permission: FilePermission, client: RenderClient
    ) async throws -> OpenFile {
        guard let format else { return try await file(id, .original, for: permission, client: client) }
        guard let (access, original) = try await repository.catalog.access(to: id, .original) else {
            throw ServiceError.noImage()
        }
        let grant = try await permission.require(.rendition, of: id, access, in: repository.catalog)
        if original?.format == format, access.rotation == .upright, grant.includesOriginal(access) {
            return try await file(id, .original, for: permission, client: client)
        }
        guard ImageFormat.written.contains(format) else {
            let list = ImageFormat.written.map(\.fileExtension).joined(separator: ", ")
            throw ServiceError(
                .unsupported, "The image is not in the format \(format.rawValue), and is available in these: \(list).")
        }
        guard let content = try await repository.catalog.content(access.digest) else { throw ServiceError.noImage() }
        var transformation = Transformation()
        transformation.format = .fixed(format)
        transformation.size = .whole
        // Frames are not lost if the format can hold them.
        transformation.isAnimated = content.frames > 1 && format.isAnimatable
        return try await requested.rendition(id, transformation, for: permission, client: client)
    }

    /// The compressed file of an image: the one that it keeps, or else one for this request.
    ///
    /// - Parameter format: nil for whichever is kept, or else the usual one.
    /// - Throws: as `CompressedFiles.open`.
    public func file(
        _ id: ImageID, compressedAs format: ImageFormat?, for permission: FilePermission, client: RenderClient
    ) async throws -> OpenFile {
        try await compressed.open(id, as: format, for: permission, client: client)
    }

    /// Removes a kept file of an image. It is missing then, until it is made again.
    ///
    /// - Throws: `notFound` if there is none; `conflict` if no file would be left; what `condition` throws.
    public func remove(
        _ id: ImageID, _ type: FileType, for viewer: Viewer, if condition: @escaping FileCondition = { _ in }
    ) async throws {
        guard let record = try await repository.catalog.image(id) else { throw ServiceError.noImage() }
        try viewer.requireChange(of: record)
        let digest = record.content.digest
        try await publication.withLock(digest) {
            let files = try await repository.catalog.files(of: id)
            let kept = files.first { $0.type == type }
            try condition(kept)
            guard let file = kept else {
                throw ServiceError(.notFound, "The image has no \(type.rawValue) file.")
            }
            guard files.count > 1 else {
                throw ServiceError(
                    .conflict,
                    "This is the only file that is left of the image: generate others first, or delete the image.")
            }
            try await publication.remove(file, from: id)
        }
    }

    private func make(_ type: FileType, of id: ImageID, _ access: FileAccess, for client: RenderClient) async throws {
        switch type {
        case .original:
            throw ServiceError(.notFound, "The original file of this image is not kept any more.")
        case .fullSize, .thumbnail, .compressed:
            try await kept.make(of: id, access.digest, turnedBy: access.rotation, for: client)
        }
    }
}
