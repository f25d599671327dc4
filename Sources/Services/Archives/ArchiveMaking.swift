internal import CatalogStorage
internal import Crypto
internal import Domain
internal import SystemIO
internal import ZipFormat

/// Makes an archive of a selection in one pass, a page of images at a time, so that many images take no more memory
/// than few.
struct ArchiveMaking {
    /// The version of the layout, part of every fingerprint: another layout makes another archive of the same files.
    private static let edition = "zip 1"

    private let repository: Repository
    private let order: ArchiveOrder
    private let scope: ArchiveScope
    private let maximumFiles: Int64
    private let id: ArchiveID
    private var source: ArchiveSource
    private var layout = ZipLayout()
    private var names = UniqueNames()
    private let hasher: ContentHasher
    private(set) var unavailable = UnavailableFiles()

    init(
        _ order: ArchiveOrder, as id: ArchiveID, repository: Repository, scope: ArchiveScope, maximumFiles: Int64
    ) throws {
        (self.order, self.id, self.repository, self.scope) = (order, id, repository, scope)
        self.maximumFiles = maximumFiles
        source = ArchiveSource(
            order.selection, catalog: repository.catalog, audience: scope.list, reader: scope.reader)
        hasher = try ContentHasher()
        try hasher.update(Array(Self.edition.utf8))
    }

    /// Adds the entries to the catalogue, and returns the layout and the fingerprint.
    ///
    /// - Throws: `incomplete`, `notFound`, `invalid`.
    mutating func run() async throws -> (layout: ZipLayout, fingerprint: Digest) {
        while let ids = try await source.next() {
            let present = try await look(at: try await candidates(ids))
            // Once a file is missing, the rest is only checked, so that the answer names everything that is missing.
            guard unavailable.isEmpty || order.skipsUnavailable else { continue }
            let entries = try present.map { try add($0.candidate, $0.file) }
            try await repository.catalog.addEntries(entries, to: id)
        }
        guard unavailable.isEmpty || order.skipsUnavailable else { throw unavailable.failure(of: order.type) }
        guard layout.count > 0 else {
            throw unavailable.isEmpty
                ? ServiceError(.notFound, "No image was found that could be downloaded.")
                : unavailable.failure(of: order.type)
        }
        guard let fingerprint = Digest(bytes: try hasher.finish().sha256) else {
            throw SystemError(code: 22, "digest an archive")
        }
        return (layout, fingerprint)
    }

    private func candidates(_ ids: [ImageID]) async throws -> [ArchiveCandidate] {
        guard layout.count + unavailable.count + Int64(ids.count) <= maximumFiles else {
            throw ServiceError(
                .invalid, "An archive may have at most \(maximumFiles) files: ask for fewer images, or in parts.")
        }
        let found = try await repository.catalog.archiveCandidates(
            ids, type: order.type, visibleTo: scope.reach, withFilesFor: scope.files)
        return try zip(ids, found).compactMap { id, candidate in
            if case .images = order.selection, candidate == nil {
                throw ServiceError(.notFound, "There is no image \(id).")
            }
            // An image may have been deleted since the search found it.
            return candidate
        }
    }

    private typealias Present = (candidate: ArchiveCandidate, file: StoredFile)

    /// The candidates whose files are available; the others are noted.
    private mutating func look(at candidates: [ArchiveCandidate]) async throws -> [Present] {
        var wanted: [Present] = []
        for candidate in candidates {
            if candidate.isWithheld {
                unavailable.add(candidate.image, .withheld)
            } else if let file = candidate.file {
                wanted.append((candidate, file))
            } else {
                let reason: UnavailableFiles.Reason =
                    order.type == .original ? .removed : candidate.damage == nil ? .notMade : .cannotBeMade
                unavailable.add(candidate.image, reason)
            }
        }
        let flaws = try await FileCheck(store: repository.store, reads: order.verifies).flaws(of: wanted.map(\.file))
        var present: [Present] = []
        for (one, flaw) in zip(wanted, flaws) {
            if let flaw { unavailable.add(one.candidate.image, flaw) } else { present.append(one) }
        }
        return present
    }

    private mutating func add(_ candidate: ArchiveCandidate, _ file: StoredFile) throws -> ArchiveEntry {
        let name = names.name(
            stem: PortableName.imageStem(of: candidate.name), extension: file.format.fileExtension)
        let position = layout.count
        let entry = ZipEntry(name: name, bytes: file.bytes, crc32: file.crc32, time: ZipTime(candidate.date))
        let place = layout.add(entry)
        try hasher.update(entry.directoryHeader(at: place.offset) + file.digest.bytes)
        return ArchiveEntry(
            position: position, image: candidate.image, version: candidate.version, digest: file.digest, name: name,
            bytes: file.bytes, crc32: file.crc32, date: candidate.date, offset: place.offset,
            directoryOffset: place.directoryOffset)
    }
}

extension ZipTime {
    init(_ date: ArchivedDate) { self.init(local: date.local, moment: date.moment) }
}

extension ZipEntry {
    init(_ entry: ArchiveEntry) {
        self.init(name: entry.name, bytes: entry.bytes, crc32: entry.crc32, time: ZipTime(entry.date))
    }
}
