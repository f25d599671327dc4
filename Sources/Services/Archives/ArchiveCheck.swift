internal import CatalogStorage
internal import Domain
internal import Runtime

/// Checks that every file of an archive is still there, before the first byte is sent.
struct ArchiveCheck {
    /// How many seconds a check of the files counts: a download that begins right after the archive was made need not
    /// wait for another one.
    private static let seconds = 60.0
    private static let page = 500

    /// When the files of an archive were last checked.
    typealias RecentChecks = BoundedCache<ArchiveID, Timestamp>

    let repository: Repository
    let recent: RecentChecks

    static let outOfDate = ServiceError(
        .gone,
        "The archive is out of date: some of its images have been hidden or changed since, or their files removed. Make it again."
    )

    /// Notes that the files have just been checked.
    func note(_ archive: Archive) { recent.insert(.now, for: archive.id, since: recent.generation) }

    /// - Throws: `gone` if the catalogue has changed; `incomplete` if files are missing in the store.
    func check(_ archive: Archive, visibleTo audience: Audience, madeFor maker: Audience) async throws {
        let present = try await repository.catalog.presentEntries(
            of: archive.id, visibleTo: audience, madeFor: maker)
        guard present == archive.files else { throw Self.outOfDate }
        if let last = recent[archive.id], Timestamp.now < last.advanced(bySeconds: Self.seconds) { return }
        try await checkFiles(archive, audience, maker)
        note(archive)
    }

    private func checkFiles(_ archive: Archive, _ audience: Audience, _ maker: Audience) async throws {
        let check = FileCheck(store: repository.store, reads: false)
        var unavailable = UnavailableFiles()
        for position in stride(from: 0, to: archive.files, by: Self.page) {
            let entries = try await repository.catalog.presentEntries(
                of: archive.id, from: position, limit: Self.page, visibleTo: audience, madeFor: maker)
            for ((entry, _), flaw) in zip(entries, try await check.flaws(of: entries.map(\.file))) {
                if let flaw { unavailable.add(entry.image, flaw) }
            }
        }
        guard unavailable.isEmpty else { throw unavailable.failure(of: archive.type) }
    }
}
