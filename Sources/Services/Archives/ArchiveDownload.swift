internal import CatalogStorage
public import Domain
public import SystemIO

/// An archive that may be sent: whoever asked may see all of it, and all of it is there.
public struct ArchiveDownload: Sendable {
    public let archive: Archive
    let repository: Repository
    let audience: Audience

    /// A part of the archive: files are opened while those before them are sent.
    ///
    /// It fails if a file that was there is not there any more, or has been changed.
    public func segments(_ range: Range<Int64>) -> SegmentStream {
        let reader = ArchiveReader(self, range)
        return SegmentStream { try await reader.next() }
    }
}
