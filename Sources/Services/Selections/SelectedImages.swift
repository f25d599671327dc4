internal import CatalogStorage
internal import Domain

extension Catalog {
    /// The images of a selection that the viewer sees now, in its order. What becomes of them is decided for each, as if
    /// they were named by their ids.
    ///
    /// - Throws: `notFound` for selections of others, and for those that have expired.
    func images(selectedBy id: SelectionID, for viewer: Viewer) async throws -> [ImageID] {
        let images = try await images(selectedBy: id, of: try viewer.owner(), visibleTo: viewer.reach)
        guard let images else { throw ServiceError.noSelection(field: "selection") }
        return images
    }

    /// The trashed images of a selection that the viewer may restore.
    ///
    /// - Throws: as `images`.
    func trashedImages(selectedBy id: SelectionID, for viewer: Viewer) async throws -> [ImageID] {
        let images = try await trashedImages(selectedBy: id, of: try viewer.owner(), visibleTo: viewer.reach)
        guard let images else { throw ServiceError.noSelection(field: "selection") }
        return images
    }
}

extension ServiceError {
    /// - Parameter field: the member of a request that names the selection.
    static func noSelection(field: String? = nil) -> ServiceError {
        ServiceError(
            .notFound, field: field,
            "There is no such selection, or not any more: they last an hour. Make it again (POST /v1/selections).")
    }
}
