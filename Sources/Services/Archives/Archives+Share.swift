internal import CatalogStorage
public import Domain

extension Archives {
    /// The most files in one archive of a share.
    private static let maximumFilesOfShare = Int64(Share.maximumImages)

    /// Makes an archive of what a share shows.
    ///
    /// - Parameters:
    ///   - images: those of its images that are wanted; nil for all.
    ///   - type: which file of each; the full-size file in place of an original that the share does not give.
    /// - Throws: as `make` does.
    public func make(
        _ images: [ImageID]?, of visit: ShareVisit, type: FileType, skipsUnavailable: Bool
    ) async throws -> MadeArchive {
        var order = ArchiveOrder(images.map { .images($0) } ?? .share(visit.scope))
        (order.type, order.skipsUnavailable) = (type, skipsUnavailable)
        let title = visit.share.terms.title
        order.name = title.isEmpty ? nil : PortableName.stem(of: title)
        return try await make(
            order, owner: nil, collection: "share/\(visit.share.id)", ArchiveScope(.share(visit.scope)),
            atMost: Self.maximumFilesOfShare)
    }

    /// What is known of an archive that a share shows all of.
    public func archive(_ id: ArchiveID, of visit: ShareVisit) async throws -> Archive {
        try await download(id, of: visit).archive
    }

    /// An archive, ready to be sent, as long as the share shows all of it.
    ///
    /// - Throws: `notFound`; `gone` or `incomplete` if its images or files have changed.
    public func download(_ id: ArchiveID, of visit: ShareVisit) async throws -> ArchiveDownload {
        let (archive, audience) = (try await archive(id, for: .stranger), Audience.share(visit.scope))
        try await check.check(archive, visibleTo: audience, madeFor: audience)
        return ArchiveDownload(archive: archive, repository: repository, audience: audience, maker: audience)
    }
}
