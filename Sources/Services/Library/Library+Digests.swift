internal import CatalogStorage
public import Domain

extension Library {
    /// Which of some contents the viewer has an image of, with the original kept: nobody has to send those again.
    public func ownImages(of digests: [Digest], for viewer: Viewer) async throws -> [Digest: ImageID] {
        try await repository.catalog.images(of: try viewer.owner(), digests: digests)
    }
}
