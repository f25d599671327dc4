internal import BlobStorage
internal import CatalogStorage
internal import Domain
internal import SystemIO
internal import Telemetry
internal import ZipFormat

/// Reads a range of an archive, some entries at a time.
actor ArchiveReader {
    /// How many files are opened at once, in addition to those that wait to be sent.
    private static let openFiles = 16
    /// How many entries of the central directory are put together at once.
    private static let listedFiles = 500

    private let repository: Repository
    private let archive: Archive
    private let layout: ZipLayout
    private let audience: Audience, maker: Audience
    private let range: Range<Int64>
    /// The offset that has been reached.
    private var reached: Int64
    /// The next entry in the part that is being read; nil until it has been looked up.
    private var position: Int64?

    init(_ download: ArchiveDownload, _ range: Range<Int64>) {
        (repository, archive) = (download.repository, download.archive)
        (audience, maker) = (download.audience, download.maker)
        layout = ZipLayout(archive)
        (self.range, reached) = (range, range.lowerBound)
    }

    /// The next segments; nil at the end.
    func next() async throws -> [Segment]? {
        guard reached < range.upperBound else { return nil }
        if reached < layout.directoryOffset { return try await files() }
        if reached < layout.endOffset { return try await directory() }
        let segments = [clipped(.bytes(layout.end), at: layout.endOffset)].compactMap { $0 }
        reached = layout.length
        return segments
    }

    private func files() async throws -> [Segment] {
        let first = try await start(inDirectory: false)
        let entries = try await repository.catalog.presentEntries(
            of: archive.id, from: first, limit: Self.openFiles, visibleTo: audience, madeFor: maker)
        let sources = try await repository.store.open(entries.map(\.file.key))
        var segments: [Segment] = []
        var expected = first
        for ((entry, _), source) in zip(entries, sources) where reached < range.upperBound {
            guard entry.position == expected, let source, source.length == entry.bytes else {
                throw broken(entry.image)
            }
            let head = ZipEntry(entry).localHeader
            let start = entry.offset + Int64(head.count)
            segments += [clipped(.bytes(head), at: entry.offset)].compactMap { $0 }
            segments += try await content(of: source, at: start)
            reached = start + entry.bytes
            expected += 1
        }
        // Some entries have been removed since the check.
        let isWhole = expected == min(first + Int64(Self.openFiles), archive.files) || reached >= range.upperBound
        guard isWhole else { throw broken(nil) }
        position = reached < layout.directoryOffset ? expected : nil
        return segments
    }

    private func directory() async throws -> [Segment] {
        let first = try await start(inDirectory: true)
        let entries = try await repository.catalog.entries(of: archive.id, from: first, limit: Self.listedFiles)
        guard let beginning = entries.first?.directoryOffset else { throw broken(nil) }
        let records = entries.flatMap { ZipEntry($0).directoryHeader(at: $0.offset) }
        let start = layout.directoryOffset + beginning
        reached = start + Int64(records.count)
        position = first + Int64(entries.count)
        return [clipped(.bytes(records), at: start)].compactMap { $0 }
    }

    /// The entry to continue with. It is looked up when a part begins.
    private func start(inDirectory: Bool) async throws -> Int64 {
        if let position { return position }
        let offset = inDirectory ? reached - layout.directoryOffset : reached
        let found = try await repository.catalog.position(in: archive, atOrBefore: offset, inDirectory: inDirectory)
        guard let found else { throw broken(nil) }
        return found
    }

    /// The part of a file's bytes that lies within the range.
    ///
    /// - Parameter start: where the file begins in the archive.
    private func content(of source: ByteSource, at start: Int64) async throws -> [Segment] {
        let lower = max(range.lowerBound, start), upper = min(range.upperBound, start + source.length)
        guard lower < upper else { return [] }
        return try await source.content(lower - start..<upper - start).segments.all()
    }

    /// The part of some bytes that lies within the range; nil if there is none.
    ///
    /// - Parameter start: the offset of the bytes in the archive.
    private func clipped(_ segment: Segment, at start: Int64) -> Segment? {
        guard case .bytes(let bytes) = segment else { return segment }
        let lower = max(range.lowerBound, start), upper = min(range.upperBound, start + segment.length)
        guard lower < upper else { return nil }
        return .bytes(Array(bytes[Int(lower - start)..<Int(upper - start)]))
    }

    /// The download has to end in the middle. The next request is told why before it begins.
    private func broken(_ image: ImageID?) -> ServiceError {
        repository.log.log(
            .warning, "a file of an archive has gone or changed while the archive was sent",
            ["archive": "\(archive.id)", "image": "\(image.map(\.description) ?? "not known")"])
        return ArchiveCheck.outOfDate
    }
}

extension ZipLayout {
    init(_ archive: Archive) {
        self.init(
            count: archive.files, directoryOffset: archive.directoryOffset, directoryLength: archive.directoryLength)
    }
}
