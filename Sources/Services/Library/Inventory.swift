internal import CatalogStorage
public import Domain

/// The renditions that exist, and those that are missing.
public struct Inventory: Sendable {
    private let repository: Repository

    public init(repository: Repository) { self.repository = repository }

    /// The images that have a file of this type, with the file.
    public func present(
        _ type: FileType, after cursor: Cursor?, limit: Int, for viewer: Viewer
    ) async throws -> Page<ImageFile> {
        try await repository.catalog.files(ofType: type, visibleTo: viewer.audience, after: cursor, limit: limit)
    }

    /// The images that lack a file of this type, and why, if that is known.
    public func missing(
        _ type: FileType, after cursor: Cursor?, limit: Int, for viewer: Viewer
    ) async throws -> Page<ImageLackingFile> {
        try await repository.catalog.images(lacking: type, visibleTo: viewer.audience, after: cursor, limit: limit)
    }
}
