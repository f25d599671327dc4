public import Domain
internal import SystemIO

/// Removes images from a server, one after another.
public struct Deletion: Sendable {
    private let connection: Connection
    private let progress: RunProgress
    private let isPermanent: Bool

    /// - Parameter isPermanent: whether the images are deleted for good, although the server has a trash.
    public init(_ connection: Connection, progress: RunProgress, isPermanent: Bool) {
        (self.connection, self.progress, self.isPermanent) = (connection, progress, isPermanent)
    }

    /// Removes the given images; a missing one is reported.
    public func run(_ ids: [ImageID]) async throws {
        for id in ids { try await remove(id) }
        progress.walkIsOver()
    }

    /// Removes the matching images. The list continues from the last entry's key, so removals do not make it skip any.
    public func run(_ query: ImageQuery) async throws {
        for try await image in ImageListing(connection, query, limit: nil) { try await remove(image.id) }
        progress.walkIsOver()
    }

    private func remove(_ id: ImageID) async throws {
        try Task.checkCancellation()
        progress.found(bytes: 0)
        let name = FilePath(id.description)
        do {
            try await connection.delete(id, isPermanent: isPermanent)
            try await progress.finish(.deleted(id), name)
        } catch let error as ClientError where !error.endsAll {
            try await progress.finish(.refused(error.message), name)
        }
    }
}
