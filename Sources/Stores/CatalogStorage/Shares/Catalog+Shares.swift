public import Domain
internal import SQL

extension Catalog {
    /// Adds a share.
    ///
    /// - Throws: `CatalogError` with the codes `noSharedImage`, `noAlbum` and `tooManyShares`.
    public func addShare(
        _ id: ShareID, owner: AccountID, _ selection: ShareSelection, _ terms: ShareTerms, passwordHash: String?,
        now: Timestamp = .now
    ) async throws {
        try await database.write { session in
            guard try session.integer("SELECT count(*) FROM shares WHERE owner = \(owner)") < Share.maximumShares else {
                throw CatalogError(.tooManyShares, "the account has as many shares as it may")
            }
            let album = try ShareRows.album(selection.album, of: owner, session)
            let inbox = try ShareRows.album(terms.uploads?.album, of: owner, session)
            let sequence = try session.integer(
                """
                INSERT INTO shares (id, owner, kind, album, include_children, query, hidden_before, title, expires,
                    password, originals, hide_place, hide_camera, upload_album, upload_bytes, upload_count, date_created, date_modified)
                VALUES (\(id), \(owner), \(selection.subject.kind), \(album), \(selection.includesChildren),
                    \(selection.query), \(sql: ShareRows.hiddenSoFar), \(terms.title), \(terms.expires), \(passwordHash),
                    \(terms.givesOriginals), \(terms.hidesPlace), \(terms.hidesCamera), \(inbox),
                    \(terms.uploads?.bytes ?? 0), \(terms.uploads?.count ?? 0), \(now), \(now))
                RETURNING seq
                """)
            try ShareRows.name(selection, in: sequence, of: owner, session)
        }
    }

    /// A share, even if it has expired.
    public func share(_ id: ShareID) async throws -> Share? {
        try await database.read { session in
            try session.first("\(sql: ShareRows.selection) WHERE shares.id = \(id)", ShareRows.read)
        }
    }

    /// A page of the shares of an account, the newest first.
    ///
    /// - Parameter limit: 1 to 1000.
    /// - Throws: `CatalogError` with the code `foreignCursor`.
    public func shares(of owner: AccountID, after cursor: Cursor?, limit: Int) async throws -> Page<Share> {
        let paging = try Paging("shares", cursor, limit)
        let before = cursor == nil ? Int64.max : paging.tie
        return try await database.read { session in
            let rows = try session.all(
                """
                \(sql: ShareRows.selection) WHERE shares.owner = \(owner) AND shares.seq < \(before)
                ORDER BY shares.seq DESC LIMIT \(paging.limit + 1)
                """
            ) { (element: try ShareRows.read($0), key: CursorKey.none, tie: try $0.integer("seq")) }
            return paging.page(rows)
        }
    }

    /// Changes a share. If it says what it shows, images that were hidden before are shown, too.
    ///
    /// - Parameters:
    ///   - passwordHash: `.some(nil)` to remove the password.
    ///   - modified: when the version was made that the change is made against; nil for any.
    /// - Returns: false if the account has no such share.
    /// - Throws: as `addShare`; `CatalogError` with the code `staleShare`.
    public func updateShare(
        _ id: ShareID, of owner: AccountID, _ changes: ShareChanges, passwordHash: String??, modified: Timestamp? = nil,
        now: Timestamp = .now
    ) async throws -> Bool {
        try await database.write { session in
            let found = try session.first(
                "\(sql: ShareRows.selection) WHERE shares.id = \(id) AND shares.owner = \(owner)"
            ) { (sequence: try $0.integer("seq"), share: try ShareRows.read($0)) }
            guard let (sequence, share) = found else { return false }
            guard modified == nil || modified == share.dateModified else {
                throw CatalogError(.staleShare, "the share has been changed since")
            }
            let terms = changes.applied(to: share.terms)
            let inbox = try ShareRows.album(terms.uploads?.album, of: owner, session)
            try session.execute(
                """
                UPDATE shares SET title = \(terms.title), expires = \(terms.expires), originals = \(terms.givesOriginals),
                    hide_place = \(terms.hidesPlace), hide_camera = \(terms.hidesCamera),
                    upload_album = \(inbox), upload_bytes = \(terms.uploads?.bytes ?? 0),
                    upload_count = \(terms.uploads?.count ?? 0),
                    password = \(passwordHash ?? share.passwordHash), date_modified = \(now)
                WHERE seq = \(sequence)
                """)
            guard let selection = changes.selection else { return true }
            let album = try ShareRows.album(selection.album, of: owner, session)
            try session.execute(
                """
                UPDATE shares SET kind = \(selection.subject.kind), album = \(album),
                    include_children = \(selection.includesChildren), query = \(selection.query),
                    hidden_before = \(sql: ShareRows.hiddenSoFar)
                WHERE seq = \(sequence)
                """)
            try ShareRows.name(selection, in: sequence, of: owner, session)
            return true
        }
    }

    /// Ends a share: nothing of it can be read any more. False if there is none.
    public func deleteShare(_ id: ShareID) async throws -> Bool {
        try await database.write { session in try session.execute("DELETE FROM shares WHERE id = \(id)") > 0 }
    }

    /// Counts that a share was opened.
    public func noteUse(of id: ShareID, now: Timestamp = .now) async throws {
        try await database.write { session in
            try session.execute("UPDATE shares SET uses = uses + 1, last_used = \(now) WHERE id = \(id)")
        }
    }
}
