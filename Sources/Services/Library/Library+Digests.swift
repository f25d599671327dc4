internal import CatalogStorage
public import Domain

extension Library {
    /// The viewer's images of some contents, if their originals are kept: a client need not send those again.
    public func ownImages(of digests: [Digest], for viewer: Viewer) async throws -> [Digest: ImageID] {
        try await repository.catalog.images(of: try viewer.owner(), digests: digests)
    }
}
