internal import Domain
internal import SQL

/// Rows of `shares` and `share_images`.
enum ShareRows {
    static let selection: SQLQuery = """
        SELECT shares.seq, shares.id, shares.owner, accounts.handle, shares.kind, albums.id AS album_id,
            shares.include_children, shares.query, shares.title, shares.expires, shares.password, shares.originals,
            shares.hide_place, shares.hide_camera, inbox.id AS upload_album_id, shares.upload_bytes, shares.upload_count,
            shares.uploaded_bytes, shares.uploaded_count, shares.uses, shares.last_used, shares.date_created, shares.date_modified
        FROM shares JOIN accounts ON accounts.id = shares.owner LEFT JOIN albums ON albums.seq = shares.album
            LEFT JOIN albums AS inbox ON inbox.seq = shares.upload_album AND inbox.owner = shares.owner
        """

    static func read(_ row: SQLRow) throws -> Share {
        func moment(_ column: SQLColumn) throws -> Timestamp? {
            try row.integerIfPresent(column).map(Timestamp.init(microseconds:))
        }
        let album: AlbumID? = try row.identityIfPresent("upload_album_id")
        let uploads = try album.map {
            ShareUploads(album: $0, bytes: try row.integer("upload_bytes"), count: try row.integer("upload_count"))
        }
        let terms = ShareTerms(
            title: try row.text("title"), expires: try moment("expires"), givesOriginals: try row.boolean("originals"),
            hidesPlace: try row.boolean("hide_place"), hidesCamera: try row.boolean("hide_camera"),
            uploads: uploads)
        return Share(
            id: try row.identity("id"), owner: try row.identity("owner"), ownerHandle: try row.text("handle"),
            subject: try subject(row), terms: terms, passwordHash: try row.textIfPresent("password"),
            uploadedBytes: try row.integer("uploaded_bytes"), uploadedCount: try row.integer("uploaded_count"),
            uses: try row.integer("uses"), lastUsed: try moment("last_used"),
            dateCreated: try row.timestamp("date_created"), dateModified: try row.timestamp("date_modified"))
    }

    private static func subject(_ row: SQLRow) throws -> ShareSubject {
        switch try row.word("kind", as: ShareSubject.Kind.self) {
        case .images: .images
        case .album:
            .album(try row.identity("album_id"), includesChildren: try row.boolean("include_children"))
        case .search: .search(try row.text("query"))
        }
    }

    static func sequence(of id: ShareID, _ session: any SQLSession) throws -> Int64? {
        try session.first("SELECT seq FROM shares WHERE id = \(id)") { try $0.integer(0) }
    }

    /// The sequence of an album of an account.
    ///
    /// - Throws: `CatalogError` with the code `noAlbum`.
    static func album(_ id: AlbumID?, of owner: AccountID, _ session: any SQLSession) throws -> Int64? {
        guard let id else { return nil }
        let found = try session.first("SELECT seq FROM albums WHERE id = \(id) AND owner = \(owner)") {
            try $0.integer(0)
        }
        guard let found else { throw CatalogError(.noAlbum, "the account has no such album") }
        return found
    }

    /// The images that have been hidden so far: they are shown by what is shared now.
    static let hiddenSoFar: SQLQuery = "(SELECT coalesce(max(seq), 0) FROM hidden_images)"

    /// Names the images of a share, in place of those that it has named.
    ///
    /// - Throws: `CatalogError` with the code `noSharedImage` if one of them does not belong to the owner.
    static func name(
        _ selection: ShareSelection, in share: Int64, of owner: AccountID, _ session: any SQLSession
    ) throws {
        try session.execute("DELETE FROM share_images WHERE share = \(share)")
        guard case .images(let ids) = selection else { return }
        for (position, id) in ids.enumerated() {
            let image = try session.first("SELECT seq FROM images WHERE id = \(id) AND owner = \(owner)") {
                try $0.integer(0)
            }
            guard let image else { throw CatalogError(.noSharedImage(id), "the account has no such image") }
            try session.execute(
                """
                INSERT INTO share_images (share, image, position) VALUES (\(share), \(image), \(position))
                ON CONFLICT (share, image) DO NOTHING
                """)
        }
    }
}

extension ShareSelection {
    var album: AlbumID? { if case .album(let id, _) = self { id } else { nil } }

    var includesChildren: Bool { if case .album(_, let includes) = self { includes } else { false } }

    var query: String? { if case .search(let query) = self { query } else { nil } }
}
