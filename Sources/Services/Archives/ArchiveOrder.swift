public import Domain

/// Which images go into an archive.
public enum ArchiveSelection: Sendable {
    /// These, in this order; one that comes again is there once.
    case images([ImageID])
    /// Those that match, in the order of the search.
    case search(SearchCriteria)
}

/// What somebody wants to download as one file.
public struct ArchiveOrder: Sendable {
    public let selection: ArchiveSelection
    /// Which file of each image.
    public var type: FileType = .original
    /// What the archive is called, whatever it holds.
    public var name = "images"
    /// Leave out what cannot be had, rather than to make no archive.
    public var skipsUnavailable = false
    /// Read every file and compare its checksum, rather than only look whether it is there with its size.
    public var verifies = false

    public init(_ selection: ArchiveSelection) { self.selection = selection }
}

/// An archive, and what was left out of it.
public struct MadeArchive: Sendable {
    public let archive: Archive
    public let leftOut: UnavailableFiles
}
