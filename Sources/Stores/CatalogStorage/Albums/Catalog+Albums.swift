public import Domain
internal import SQL

/// The outcome of a change of an album.
public enum AlbumUpdateOutcome: Sendable, Hashable {
    case updated
    case notFound
    /// The album has been changed since; this is its current version.
    case conflict(version: Int64)
    /// So many private images would be shown to others: whoever changes the album must say whether they shall be.
    case needsConsent(Int64)
}

extension Catalog {
    /// Adds an album.
    ///
    /// - Throws: `CatalogError` with the codes `noParent`, `albumsTooDeep` and `tooManyAlbums`.
    public func addAlbum(
        _ id: AlbumID, owner: AccountID, parent: AlbumID?, _ details: AlbumDetails, now: Timestamp = .now
    ) async throws {
        try await database.write { session in
            let above = try parent.map { try AlbumTreeRows.parent($0, of: nil, owner: owner, session) }
            try Self.insertAlbum(id, owner, above, details, now, session)
        }
    }

    /// The album of a path of titles, each in the one before. Those that the account does not have are added.
    ///
    /// - Throws: `CatalogError` with the code `tooManyAlbums`.
    public func album(
        at path: [String], owner: AccountID, now: Timestamp = .now
    ) async throws -> AlbumID? {
        try await database.write { session in
            var (parent, last): (Int64?, AlbumID?) = (nil, nil)
            for title in path {
                let above: SQLQuery = parent.map { "parent = \($0)" } ?? "parent IS NULL"
                let found = try session.first(
                    """
                    SELECT seq, id FROM albums
                    WHERE owner = \(owner) AND title_key = \(AlbumRows.key(title)) AND title = \(title) AND \(sql: above)
                    ORDER BY seq LIMIT 1
                    """
                ) { (try $0.integer(0), try $0.identity(1, as: AlbumID.self)) }
                if let found {
                    (parent, last) = found
                } else {
                    let id = AlbumID()
                    (parent, last) = (
                        try Self.insertAlbum(id, owner, parent, AlbumDetails(title: title), now, session), id
                    )
                }
            }
            return last
        }
    }

    /// An album as a reader may see it; nil if it does not exist or the reader may not know of it.
    public func album(_ id: AlbumID, for reader: AlbumReader) async throws -> AlbumStanding? {
        try await database.read { session in try AlbumRows.standing(id, for: reader, session)?.standing }
    }

    /// The albums of a title that a reader may see, ignoring case and diacritics.
    public func albums(titled title: String, for reader: AlbumReader, limit: Int) async throws -> [AlbumStanding] {
        try await database.read { session in
            try session.all(
                """
                SELECT \(sql: AlbumRows.columns(for: reader)) FROM albums JOIN accounts ON accounts.id = albums.owner
                WHERE albums.title_key = \(AlbumRows.key(title)) AND \(sql: AlbumRows.isVisible("albums", to: reader))
                ORDER BY albums.seq LIMIT \(limit)
                """
            ) { try AlbumRows.read($0, for: reader) }
        }
    }

    /// Changes an album.
    ///
    /// - Parameters:
    ///   - account: whoever changes it.
    ///   - sharesPrivate: whether that account shows its private images in the album to everybody if the album becomes
    ///     public; nil if it has not said so.
    /// - Throws: as `addAlbum`, and with the code `albumCycle`.
    public func updateAlbum(
        _ id: AlbumID, _ changes: AlbumChanges, sharesPrivate: Bool?, by account: AccountID, expectedVersion: Int64?,
        now: Timestamp = .now
    ) async throws -> AlbumUpdateOutcome {
        try await database.write { session in
            let everything = AlbumReader(account: account, isAdmin: true)
            guard let (sequence, standing) = try AlbumRows.standing(id, for: everything, session) else {
                return .notFound
            }
            let album = standing.album
            if let expectedVersion, expectedVersion != album.version { return .conflict(version: album.version) }
            let details = changes.applied(to: album.details)
            if details.visibility != album.details.visibility {
                let isPublic = details.visibility == .public
                let count =
                    isPublic && album.owner == account
                    ? try AlbumConsent.privateImages(of: account, in: sequence, below: .everybody, session) : 0
                if count > 0, sharesPrivate == nil { return .needsConsent(count) }
                if count > 0, sharesPrivate == true {
                    try AlbumConsent.share(of: account, in: sequence, with: .everybody, session)
                }
                if !isPublic { try AlbumConsent.withdrawFromEverybody(in: sequence, session) }
            }
            if let parent = changes.parent {
                let above = try parent.map {
                    try AlbumTreeRows.parent($0, of: (id, sequence), owner: album.owner, session)
                }
                try session.execute("UPDATE albums SET parent = \(above) WHERE seq = \(sequence)")
            }
            try session.execute(
                """
                UPDATE albums SET title = \(details.title), title_key = \(AlbumRows.key(details.title)),
                    description = \(details.description), visibility = \(details.visibility),
                    image_order = \(details.order), cover = \(details.cover?.bytes), version = version + 1,
                    date_modified = \(now)
                WHERE seq = \(sequence)
                """)
            return .updated
        }
    }

    /// Removes some images from an album, and the album itself when it has none left; the albums in it move up. It deletes
    /// no image.
    ///
    /// - Parameter limit: how many images are removed at once, so that other writes run in between.
    /// - Returns: whether the album is gone.
    public func deleteAlbum(_ id: AlbumID, limit: Int = 2000) async throws -> Bool {
        try await database.write { session in
            guard let sequence = try AlbumRows.sequence(of: id, session) else { return true }
            let removed = try session.execute(
                """
                DELETE FROM album_images WHERE album = \(sequence) AND image IN (
                    SELECT image FROM album_images WHERE album = \(sequence) LIMIT \(limit))
                """)
            guard removed < limit else { return false }
            try session.execute(
                """
                UPDATE albums SET parent = (SELECT above.parent FROM albums AS above WHERE above.seq = \(sequence))
                WHERE parent = \(sequence)
                """)
            try session.execute("DELETE FROM albums WHERE seq = \(sequence)")
            return true
        }
    }

    @discardableResult
    private static func insertAlbum(
        _ id: AlbumID, _ owner: AccountID, _ parent: Int64?, _ details: AlbumDetails, _ now: Timestamp,
        _ session: any SQLSession
    ) throws -> Int64 {
        guard try session.integer("SELECT count(*) FROM albums WHERE owner = \(owner)") < Album.maximumAlbums else {
            throw CatalogError(.tooManyAlbums, "the account has as many albums as it may")
        }
        return try session.integer(
            """
            INSERT INTO albums (id, owner, parent, title, title_key, description, visibility, image_order, cover, version,
                date_created, date_modified)
            VALUES (\(id), \(owner), \(parent), \(details.title), \(AlbumRows.key(details.title)), \(details.description),
                \(details.visibility), \(details.order), \(details.cover?.bytes), 1, \(now), \(now))
            RETURNING seq
            """)
    }
}
