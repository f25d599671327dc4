internal import CatalogStorage
public import Domain

/// Follows the downloads of a viewer's archives: each is told when it begins, each time it has got further, and when it
/// is over or has stopped.
public struct ArchiveProgress: Sendable {
    /// Longer than it takes until a download that does not get further counts as interrupted.
    private static let windowSeconds = 6 * Archive.stallSeconds

    private let archives: Archives
    private var known: [ArchiveID: Told] = [:]

    private struct Told: Hashable {
        let bytesSent: Int64
        let state: Archive.State
    }

    /// - Throws: `unauthenticated` for a stranger.
    public init(of viewer: Viewer, in archives: Archives) throws {
        _ = try viewer.owner()
        self.archives = archives
    }

    /// The archives that are others than before; at first those that are being downloaded.
    public mutating func next(for viewer: Viewer, now: Timestamp = .now) async throws -> [Archive] {
        let found = try await archives.repository.catalog.archives(
            sentSince: now.advanced(bySeconds: -Self.windowSeconds), of: try viewer.owner(), now: now)
        let former = known
        known = Dictionary(
            found.map { ($0.id, Told(bytesSent: $0.bytesSent, state: $0.state(at: now))) }
        ) { first, _ in first }
        return found.filter { former[$0.id] != known[$0.id] }
    }
}
