internal import CatalogStorage
public import Domain
internal import Runtime

extension Archives {
    /// All images of an account that the viewer may see, as an archive that is ready to be sent. It is the same archive
    /// until the collection changes.
    ///
    /// - Throws: as `make` and `download` do.
    public func collection(
        of owner: Account, type: FileType, skipsUnavailable: Bool, for viewer: Viewer
    ) async throws -> ArchiveDownload {
        let seesAll = viewer.account == owner.id || viewer.isAdmin
        let audience = seesAll ? Audience.owner(owner.id) : .everyone
        let name = "\(owner.id)/\(seesAll ? "all" : "public")/\(type.rawValue)/\(skipsUnavailable ? "some" : "whole")"
        if let archive = try await repository.catalog.archive(
            ofCollection: name, owner: owner.id, visibleTo: audience)
        {
            try await check.check(archive, visibleTo: audience, madeFor: audience)
            return ArchiveDownload(archive: archive, repository: repository, audience: audience, maker: audience)
        }
        var criteria = SearchCriteria()
        criteria.order = .oldest
        if !seesAll {
            criteria.terms = [
                SearchTerm(.owner(handle: owner.handle.description)), SearchTerm(.visibility(.public)),
            ]
        }
        var order = ArchiveOrder(.search(criteria))
        order.type = type
        order.name = owner.handle.description
        order.skipsUnavailable = skipsUnavailable
        let made = try await flights.run(name) { [order] in
            try await make(order, owner: seesAll ? owner.id : nil, collection: name, ArchiveScope(audience))
        }
        return ArchiveDownload(archive: made.archive, repository: repository, audience: audience, maker: audience)
    }
}
