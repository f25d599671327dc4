public import Domain
internal import SQL

/// The outcome of adding images to an album.
public enum AlbumAddOutcome: Sendable, Hashable {
    case done(AlbumChange)
    /// So many private images would be shown to others: whoever adds them must say whether they shall be.
    case needsConsent(Int64)
}

extension Catalog {
    private struct Candidate {
        let id: ImageID
        let sequence: Int64, date: Int64
        let owner: AccountID
        let isPublic: Bool
        /// Nil if the image is not in the album.
        let audience: Int64?
    }

    /// Adds images to the end of an album.
    ///
    /// - Parameters:
    ///   - account: whoever adds them; it is the owner of those whose showing it may agree to.
    ///   - mayAddOthers: whether it may add images of other accounts.
    ///   - sharesPrivate: whether its private images are shown to those who see the album; nil if it has not said so.
    /// - Throws: `CatalogError` with the codes `noAlbum` and `albumFull`.
    public func add(
        _ ids: [ImageID], to standing: AlbumStanding, by account: AccountID, mayAddOthers: Bool, sharesPrivate: Bool?,
        now: Timestamp = .now
    ) async throws -> AlbumAddOutcome {
        try await database.write { session in
            guard let album = try AlbumRows.sequence(of: standing.album.id, session) else {
                throw CatalogError(.noAlbum, "the album does not exist")
            }
            var (change, seen): (AlbumChange, Set<ImageID>) = (AlbumChange(), [])
            var candidates: [Candidate] = []
            for id in ids where seen.insert(id).inserted {
                guard let candidate = try Self.candidate(id, album, session),
                    candidate.isPublic || candidate.owner == account || standing.reader.isAdmin
                else {
                    change.unknown.append(id)
                    continue
                }
                guard candidate.owner == account || mayAddOthers else {
                    change.refused.append(id)
                    continue
                }
                candidates.append(candidate)
            }
            let audience = try Self.audience(standing, album, account, sharesPrivate, session)
            let hidden = candidates.filter { !$0.isPublic && $0.owner == account && $0.audience != audience.rawValue }
            if sharesPrivate == nil, audience > .nobody, !hidden.isEmpty { return .needsConsent(Int64(hidden.count)) }
            let consent = sharesPrivate == true ? audience : .nobody
            let count = try session.integer("SELECT coalesce(sum(count), 0) FROM album_counts WHERE album = \(album)")
            guard count + Int64(candidates.count) <= Album.maximumImages else {
                throw CatalogError(.albumFull, "the album would have too many images")
            }
            var last = try Self.lastPosition(in: album, session)
            for candidate in candidates {
                let isShared = !candidate.isPublic && candidate.owner == account && consent > .nobody
                if let former = candidate.audience {
                    if isShared, former < consent.rawValue {
                        try Self.share(candidate, in: album, with: consent, session)
                    }
                    change.unchanged.append(candidate.id)
                    continue
                }
                let position = PositionKey.between(last, nil) ?? .first
                try session.execute(
                    """
                    INSERT INTO album_images (album, image, position, date, owner, consent, audience, added_by, date_added)
                    VALUES (\(album), \(candidate.sequence), \(position.text), \(candidate.date), \(candidate.owner),
                        \(isShared ? consent.rawValue : 0),
                        \(candidate.isPublic ? AlbumAudience.everybody.rawValue : isShared ? consent.rawValue : 0),
                        \(account), \(now))
                    """)
                last = position
                change.done.append(candidate.id)
            }
            return .done(change)
        }
    }

    /// To whom an album shows private images of an account, if it agrees.
    public func audience(of standing: AlbumStanding, for account: AccountID) async throws -> AlbumAudience {
        try await database.read { session in
            guard let album = try AlbumRows.sequence(of: standing.album.id, session) else { return .nobody }
            return try Self.audience(standing, album, account, nil, session)
        }
    }

    /// Removes images from an album: those that the account owns or has added, or any.
    ///
    /// - Parameter standing: nil for an account that may not see the album any more, and can still withdraw its images.
    public func remove(
        _ ids: [ImageID], from album: AlbumID, by account: AccountID, standing: AlbumStanding?, mayRemoveAny: Bool
    ) async throws -> AlbumChange {
        try await database.write { session in
            var (change, seen): (AlbumChange, Set<ImageID>) = (AlbumChange(), [])
            guard let album = try AlbumRows.sequence(of: album, session) else {
                throw CatalogError(.noAlbum, "the album does not exist")
            }
            for id in ids where seen.insert(id).inserted {
                let isSeen = standing.map { AlbumConditions.isSeen("listed", in: $0.scope) } ?? "1 = 0"
                let row = try session.first(
                    """
                    SELECT images.seq, listed.owner, listed.added_by, \(sql: isSeen) AS is_seen
                    FROM images JOIN album_images AS listed ON listed.album = \(album) AND listed.image = images.seq
                    WHERE images.id = \(id)
                    """
                ) { row in
                    let owner = try row.identity("owner", as: AccountID.self)
                    let isOwn = try owner == account || row.identity("added_by", as: AccountID.self) == account
                    return (sequence: try row.integer("seq"), isOwn: isOwn, isSeen: try row.boolean("is_seen"))
                }
                guard let row, row.isOwn || row.isSeen else {
                    change.unknown.append(id)
                    continue
                }
                guard row.isOwn || mayRemoveAny else {
                    change.refused.append(id)
                    continue
                }
                try session.execute("DELETE FROM album_images WHERE album = \(album) AND image = \(row.sequence)")
                change.done.append(id)
            }
            return change
        }
    }

    /// To whom private images of an account are shown in an album, if it agrees.
    private static func audience(
        _ standing: AlbumStanding, _ album: Int64, _ account: AccountID, _ sharesPrivate: Bool?,
        _ session: any SQLSession
    ) throws -> AlbumAudience {
        let details = standing.album.details
        if standing.album.owner == account, details.visibility == .public { return .everybody }
        let hasOthers = try AlbumConsent.hasOthers(than: account, in: album, standing, session)
        return hasOthers || sharesPrivate == true ? .members : .nobody
    }

    private static func candidate(_ id: ImageID, _ album: Int64, _ session: any SQLSession) throws -> Candidate? {
        try session.first(
            """
            SELECT images.seq, images.owner, images.visibility, coalesce(images.date_taken, images.date_added / 1000) AS date,
                (SELECT audience FROM album_images WHERE album = \(album) AND image = images.seq) AS audience
            FROM images WHERE images.id = \(id)
            """
        ) { row in
            Candidate(
                id: id, sequence: try row.integer("seq"), date: try row.integer("date"),
                owner: try row.identity("owner"), isPublic: try row.word("visibility", as: Visibility.self) == .public,
                audience: try row.integerIfPresent("audience"))
        }
    }

    private static func share(
        _ candidate: Candidate, in album: Int64, with audience: AlbumAudience, _ session: any SQLSession
    ) throws {
        try session.execute(
            """
            UPDATE album_images SET consent = \(audience.rawValue), audience = \(audience.rawValue)
            WHERE album = \(album) AND image = \(candidate.sequence)
            """)
    }

    static func lastPosition(in album: Int64, _ session: any SQLSession) throws -> PositionKey? {
        try session.first(
            "SELECT position FROM album_images WHERE album = \(album) ORDER BY position DESC, image DESC LIMIT 1"
        ) { PositionKey(try $0.text(0)) }
    }
}
