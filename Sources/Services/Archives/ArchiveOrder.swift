public import CatalogStorage
public import Domain

/// Which images go into an archive.
public enum ArchiveSelection: Sendable {
    /// These images, in this order. One that is named twice is included once.
    case images([ImageID])
    /// The images of a selection of the viewer that it sees, in the order of the selection.
    case selection(SelectionID)
    /// The images that match, in the order of the search.
    case search(SearchCriteria)
    /// The images that an album shows, in its order.
    case album(AlbumID)
    /// The images that a share shows, in its order.
    case share(ShareScope)
}

/// A request for an archive.
public struct ArchiveOrder: Sendable {
    public internal(set) var selection: ArchiveSelection
    /// Which file of each image.
    public var type: FileType = .original
    /// The name of the archive; nil for the usual one.
    public var name: String?
    /// Whether files that are not available are left out; otherwise no archive is made.
    public var skipsUnavailable = false
    /// Whether every file is read and its checksum compared; otherwise only its length is.
    public var verifies = false

    public init(_ selection: ArchiveSelection) { self.selection = selection }

    var fileName: String { name ?? "images" }
}

/// An archive, and the files that were left out of it.
public struct MadeArchive: Sendable {
    public let archive: Archive
    public let leftOut: UnavailableFiles
}
