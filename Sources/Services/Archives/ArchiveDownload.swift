internal import CatalogStorage
public import Domain
public import SystemIO

/// An archive that may be sent: the viewer may see all of it, and all of its files exist.
public struct ArchiveDownload: Sendable {
    public let archive: Archive
    let repository: Repository
    let audience: Audience
    /// The audience for which it was made.
    let maker: Audience

    /// A range of the archive's bytes. Files are opened while those before them are sent.
    ///
    /// It fails if a file has been removed or changed in the meantime.
    public func segments(_ range: Range<Int64>) -> SegmentStream {
        let reader = ArchiveReader(self, range)
        let sending = ArchiveSending(of: archive.id, from: range.lowerBound, repository)
        return SegmentStream(onTaken: { sending.advance($0) }) { try await reader.next() }
    }
}
