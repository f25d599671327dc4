internal import Domain
internal import SQL

/// How albums are nested.
enum AlbumTreeRows {
    /// The sequence of the parent that an album of an account may have.
    ///
    /// - Parameter album: the album that gets the parent, with its sequence; nil for one that does not exist yet.
    /// - Throws: `CatalogError` with the codes `noParent`, `albumCycle` and `albumsTooDeep`.
    static func parent(
        _ id: AlbumID, of album: (id: AlbumID, sequence: Int64)?, owner: AccountID, _ session: any SQLSession
    ) throws -> Int64 {
        let found = try session.first("SELECT seq FROM albums WHERE id = \(id) AND owner = \(owner)") {
            try $0.integer(0)
        }
        guard let parent = found else {
            throw CatalogError(.noParent, "the owner of the album has no album that could be the parent")
        }
        let height = try album.map { try Self.height(of: $0.sequence, session) } ?? 1
        switch AlbumNesting(of: album?.id, height: height, below: try ancestors(from: parent, session)) {
        case .allowed: return parent
        case .cycle: throw CatalogError(.albumCycle, "an album cannot be in itself")
        case .tooDeep: throw CatalogError(.albumsTooDeep, "albums are nested too deep")
        }
    }

    /// An album, its parent and so on, up to the first level.
    private static func ancestors(from sequence: Int64, _ session: any SQLSession) throws -> [AlbumID] {
        var (ancestors, next): ([AlbumID], Int64?) = ([], sequence)
        while let current = next, ancestors.count <= Album.maximumDepth {
            let row = try session.first("SELECT id, parent FROM albums WHERE seq = \(current)") {
                (id: try $0.identity(0, as: AlbumID.self), parent: try $0.integerIfPresent(1))
            }
            guard let row else { break }
            ancestors.append(row.id)
            next = row.parent
        }
        return ancestors
    }

    /// How many levels an album and those in it have.
    private static func height(of sequence: Int64, _ session: any SQLSession) throws -> Int {
        Int(
            try session.integer(
                """
                WITH RECURSIVE below (seq, level) AS (SELECT \(sequence), 1
                    UNION ALL SELECT albums.seq, below.level + 1 FROM below JOIN albums ON albums.parent = below.seq
                    WHERE below.level <= \(Album.maximumDepth))
                SELECT max(level) FROM below
                """))
    }
}
