internal import CatalogStorage
public import Domain
internal import Transformations

extension Renditions {
    /// An image in a format, of its own size and upright: the original itself where it is in that format, or where none is
    /// asked for. An animation stays one.
    ///
    /// - Throws: `ServiceError` as `file` and `rendition` do; `unsupported` for a format that cannot be had.
    public func file(
        _ id: ImageID, in format: ImageFormat?, for viewer: Viewer
    ) async throws -> ServedFile {
        guard let format else { return try await file(id, .original, for: viewer) }
        guard let servable = try await repository.catalog.servable(id, .original),
            viewer.maySee(owner: servable.owner, servable.visibility)
        else { throw ServiceError.noImage() }
        if servable.file?.format == format { return try await file(id, .original, for: viewer) }
        guard TransformationSyntax.formats.contains(format) else {
            let list = TransformationSyntax.formats.map(\.fileExtension).joined(separator: ", ")
            throw ServiceError(
                .unsupported, "The image is not in the format \(format.rawValue), and can be had in these: \(list).")
        }
        guard let content = try await repository.catalog.content(servable.digest) else { throw ServiceError.noImage() }
        var transformation = Transformation()
        transformation.format = .fixed(format)
        // Frames are not lost where the format can hold them.
        transformation.isAnimated = content.frames > 1 && [.gif, .webp].contains(format)
        return try await rendition(id, transformation, for: viewer)
    }
}
