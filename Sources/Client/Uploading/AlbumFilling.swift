internal import Domain
internal import Runtime
internal import SystemIO

/// Adds images that the server has already to the albums of their folders, many at once.
actor AlbumFilling {
    /// How many images wait at most.
    private static let capacity = Connection.maximumAlbumImages

    private let connection: Connection
    private let folders: [FilePath]
    private let warn: @Sendable (String) async -> Void
    private var albums: [String: AlbumID] = [:]
    private var waiting: [String: [ImageID]] = [:]
    private var count = 0

    /// - Parameters:
    ///   - folders: those whose names become albums, with those of the folders in them; empty for none.
    ///   - warn: reports why images cannot be added to an album.
    init(
        _ connection: Connection, folders: [FilePath], warn: @escaping @Sendable (String) async -> Void
    ) {
        (self.connection, self.folders, self.warn) = (connection, folders, warn)
    }

    /// The image is to be in the album of its folder, if it is in any.
    func add(_ image: ImageID, at path: FilePath) async throws {
        guard let album = AlbumPath.of(path, in: folders) else { return }
        waiting[album, default: []].append(image)
        count += 1
        if count >= Self.capacity { try await flush() }
    }

    /// Adds all that wait.
    ///
    /// - Throws: `ClientError` if the run cannot continue (`endsAll`); other failures of an album are reported.
    func flush() async throws {
        let due = waiting
        (waiting, count) = ([:], 0)
        for (path, images) in due.sorted(by: { $0.key < $1.key }) {
            do {
                let album = try await album(at: path)
                var rest = images[...]
                while !rest.isEmpty {
                    let part = Array(rest.prefix(Connection.maximumAlbumImages))
                    _ = try await connection.add(part, to: album, sharesPrivate: nil)
                    rest = rest.dropFirst(part.count)
                }
            } catch let error as ClientError where !error.endsAll {
                await warn("images that are there cannot be added to the album '\(path)': \(error.message)")
            }
        }
    }

    private func album(at path: String) async throws -> AlbumID {
        if let known = albums[path] { return known }
        let id = try await connection.album(at: path).id
        albums[path] = id
        return id
    }
}
