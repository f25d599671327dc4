internal import Domain
internal import SQL
internal import TextCoding

/// Rows of `albums`.
enum AlbumRows {
    /// What titles are compared and sorted by.
    static func key(_ title: String) -> String { title.folded }

    /// The columns of an album for a reader.
    static func columns(for reader: AlbumReader) -> SQLQuery {
        """
        albums.seq, albums.id, albums.owner, accounts.handle, albums.title, albums.title_key, albums.description,
            albums.visibility, albums.image_order, albums.cover, albums.version, albums.date_created, albums.date_modified,
            (SELECT parents.id FROM albums AS parents
                WHERE parents.seq = albums.parent AND \(sql: isVisible("parents", to: reader))) AS parent_id,
            \(sql: role(of: reader)) AS role
        """
    }

    /// Whether a reader may know of an album.
    static func isVisible(_ albums: SQLQuery, to reader: AlbumReader) -> SQLQuery {
        if reader.isAdmin { return "1 = 1" }
        guard let account = reader.account else { return "\(sql: albums).visibility = 'public'" }
        return """
            (\(sql: albums).visibility = 'public' OR \(sql: albums).owner = \(account) OR EXISTS (
                SELECT 1 FROM album_members
                WHERE album_members.account = \(account) AND album_members.album = \(sql: albums).seq))
            """
    }

    static func read(_ row: SQLRow, for reader: AlbumReader) throws -> AlbumStanding {
        let details = AlbumDetails(
            title: try row.text("title"), description: try row.text("description"),
            visibility: try row.word("visibility"), order: try row.word("image_order"),
            cover: try row.identityIfPresent("cover"))
        let album = Album(
            id: try row.identity("id"), owner: try row.identity("owner"), ownerHandle: try row.text("handle"),
            parent: try row.identityIfPresent("parent_id"), details: details, version: try row.integer("version"),
            dateCreated: try row.timestamp("date_created"), dateModified: try row.timestamp("date_modified"))
        let role: AlbumRole? =
            try reader.isAdmin ? .owner : row.textIfPresent("role") == nil ? nil : row.word("role")
        return AlbumStanding(album: album, role: role, reader: reader)
    }

    static func sequence(of id: AlbumID, _ session: any SQLSession) throws -> Int64? {
        try session.first("SELECT seq FROM albums WHERE id = \(id)") { try $0.integer(0) }
    }

    /// The album as a reader may see it; nil if it does not exist or the reader may not know of it.
    static func standing(
        _ id: AlbumID, for reader: AlbumReader, _ session: any SQLSession
    ) throws -> (sequence: Int64, standing: AlbumStanding)? {
        try session.first(
            """
            SELECT \(sql: columns(for: reader)) FROM albums JOIN accounts ON accounts.id = albums.owner
            WHERE albums.id = \(id) AND \(sql: isVisible("albums", to: reader))
            """
        ) { (try $0.integer("seq"), try read($0, for: reader)) }
    }

    private static func role(of reader: AlbumReader) -> SQLQuery {
        guard let account = reader.account else { return "NULL" }
        return """
            CASE WHEN albums.owner = \(account) THEN 'owner' ELSE (SELECT album_members.role FROM album_members
                WHERE album_members.account = \(account) AND album_members.album = albums.seq) END
            """
    }
}
