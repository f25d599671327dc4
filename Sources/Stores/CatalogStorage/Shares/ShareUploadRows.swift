internal import Domain
internal import SQL

/// What visitors of shares send.
enum ShareUploadRows {
    /// Counts what a visitor sends, before the image is added.
    ///
    /// - Throws: `CatalogError` with the codes `noShare` if the share has ended or takes no images, and `shareFull`.
    static func charge(_ scope: ShareScope, _ bytes: Int64, _ session: any SQLSession) throws {
        let left = try session.first(
            """
            SELECT upload_bytes - uploaded_bytes, upload_count - uploaded_count FROM shares
            WHERE id = \(scope.share) AND upload_album IS NOT NULL AND \(sql: scope.lasts)
            """
        ) { (bytes: try $0.integer(0), count: try $0.integer(1)) }
        guard let left else { throw CatalogError(.noShare, "the share has ended, or takes no images") }
        guard left.bytes >= bytes, left.count > 0 else {
            throw CatalogError(
                .shareFull(bytesLeft: left.count > 0 ? max(0, left.bytes) : 0), "the share has reached its quota")
        }
        try session.execute(
            """
            UPDATE shares SET uploaded_bytes = uploaded_bytes + \(bytes), uploaded_count = uploaded_count + 1
            WHERE id = \(scope.share)
            """)
    }

    /// Puts a new image at the end of the album that a share's visitors fill. Only its owner sees it there.
    ///
    /// - Throws: `CatalogError` with the codes `noShare` and `albumFull`.
    static func place(
        _ image: Int64, of scope: ShareScope, now: Timestamp, _ session: any SQLSession
    ) throws {
        let album = try session.first(
            """
            SELECT albums.seq FROM shares JOIN albums ON albums.seq = shares.upload_album AND albums.owner = shares.owner
            WHERE shares.id = \(scope.share)
            """
        ) { try $0.integer(0) }
        guard let album else { throw CatalogError(.noShare, "the album of the share does not exist any more") }
        let places = AlbumPlaces(album: album, session: session)
        try places.requireRoom(for: 1)
        try places.insert(
            image,
            at: StoredAlbumPlace(
                position: try places.nextPosition(), consent: .nobody, addedBy: scope.owner, dateAdded: now))
    }
}
