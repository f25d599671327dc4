internal import CatalogStorage
internal import Domain

/// What may go into an archive.
struct ArchiveScope: Sendable {
    /// The images that a search finds.
    let list: Audience
    /// The images that may be named.
    let reach: Audience
    /// Those of them whose files may be in the archive.
    let files: Audience
    let reader: AlbumReader

    /// What a viewer may have as files of a type.
    init(of viewer: Viewer, _ type: FileType, list: Audience) {
        (self.list, reach, files) = (list, viewer.reach, viewer.reach(for: type))
        reader = viewer.albumReader
    }

    /// What an audience sees.
    init(_ audience: Audience) {
        (list, reach, files) = (audience, audience, audience)
        reader = AlbumReader(account: nil, isAdmin: false)
    }
}
