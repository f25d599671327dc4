internal import Domain
internal import SQL

/// The places of images in one album, within a transaction.
struct AlbumPlaces {
    /// An image that may be added.
    struct Candidate {
        let id: ImageID
        let sequence: Int64
        let owner: AccountID
        let isPublic: Bool
        /// To whom the album shows the image; nil if it is not in the album.
        let audience: Int64?
    }

    let album: Int64
    let session: any SQLSession

    /// How many images the album has.
    func count() throws -> Int64 {
        try session.integer("SELECT coalesce(sum(count), 0) FROM album_counts WHERE album = \(album)")
    }

    /// - Throws: `CatalogError` with the code `albumFull` if there is no room for so many more images.
    func requireRoom(for images: Int) throws {
        guard try count() + Int64(images) <= Album.maximumImages else {
            throw CatalogError(.albumFull, "the album would have too many images")
        }
    }

    func candidate(_ id: ImageID) throws -> Candidate? {
        try session.first(
            """
            SELECT images.seq, images.owner, images.visibility,
                (SELECT audience FROM album_images WHERE album = \(album) AND image = images.seq) AS audience
            FROM images WHERE images.id = \(id)
            """
        ) { row in
            Candidate(
                id: id, sequence: try row.integer("seq"), owner: try row.identity("owner"),
                isPublic: try row.word("visibility", as: Visibility.self) == .public,
                audience: try row.integerIfPresent("audience"))
        }
    }

    /// To whom private images of an account are shown, if it agrees.
    func audience(
        _ standing: AlbumStanding, for account: AccountID, sharesPrivate: Bool?
    ) throws -> AlbumAudience {
        if standing.album.owner == account, standing.album.details.visibility == .public { return .everybody }
        let hasOthers = try AlbumConsent.hasOthers(than: account, in: album, standing, session)
        return hasOthers || sharesPrivate == true ? .members : .nobody
    }

    /// What the album has of an image; nil if the image is not in it.
    func place(of image: Int64) throws -> StoredAlbumPlace? {
        try session.first(
            """
            SELECT position, consent, added_by, date_added FROM album_images
            WHERE album = \(album) AND image = \(image)
            """
        ) { row in
            StoredAlbumPlace(
                position: PositionKey(try row.text("position")),
                consent: AlbumAudience(rawValue: try row.integer("consent")) ?? .nobody,
                addedBy: try row.identity("added_by"), dateAdded: try row.timestamp("date_added"))
        }
    }

    /// Puts an image that is not in the album at a place.
    func insert(_ image: Int64, at place: StoredAlbumPlace) throws {
        let consent = place.consent.rawValue
        try session.execute(
            """
            INSERT INTO album_images (album, image, position, date, owner, consent, audience, added_by, date_added)
            SELECT \(album), seq, \(place.position.text), coalesce(date_taken, date_added / 1000), owner,
                CASE visibility WHEN 'public' THEN 0 ELSE \(consent) END,
                CASE visibility WHEN 'public' THEN \(AlbumAudience.everybody.rawValue) ELSE \(consent) END,
                \(place.addedBy), \(place.dateAdded)
            FROM images WHERE seq = \(image)
            """)
    }

    /// Shows a private image that is in the album.
    func show(_ image: Int64, to audience: AlbumAudience) throws {
        try session.execute(
            """
            UPDATE album_images SET consent = \(audience.rawValue), audience = \(audience.rawValue)
            WHERE album = \(album) AND image = \(image)
            """)
    }

    func remove(_ image: Int64) throws {
        try session.execute("DELETE FROM album_images WHERE album = \(album) AND image = \(image)")
    }

    /// The place after the last image.
    func nextPosition() throws -> PositionKey {
        let last = try session.first(
            "SELECT position FROM album_images WHERE album = \(album) ORDER BY position DESC, image DESC LIMIT 1"
        ) { PositionKey(try $0.text(0)) }
        return PositionKey.between(last, nil) ?? .first
    }
}
