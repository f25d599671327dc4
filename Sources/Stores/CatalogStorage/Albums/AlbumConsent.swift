internal import Domain
internal import SQL

/// To whom the owners of private images show them in an album.
///
/// A row of `album_images` has what its owner has agreed to in `consent`, and who sees the image in `audience`: everybody if
/// the image is public, and otherwise those of the consent.
enum AlbumConsent {
    /// How many private images of an account an album does not show to an audience.
    static func privateImages(
        of account: AccountID, in album: Int64, below audience: AlbumAudience, _ session: any SQLSession
    ) throws -> Int64 {
        try session.integer(
            """
            SELECT coalesce(sum(count), 0) FROM album_counts
            WHERE album = \(album) AND owner = \(account) AND audience < \(audience.rawValue)
            """)
    }

    /// How many private images an album shows to its members alone.
    static func sharedImages(in album: Int64, _ session: any SQLSession) throws -> Int64 {
        try session.integer(
            """
            SELECT coalesce(sum(count), 0) FROM album_counts
            WHERE album = \(album) AND audience = \(AlbumAudience.members.rawValue)
            """)
    }

    /// Shows all private images of an account in an album.
    static func share(
        of account: AccountID, in album: Int64, with audience: AlbumAudience, _ session: any SQLSession
    ) throws {
        try session.execute(
            """
            UPDATE album_images SET consent = \(audience.rawValue), audience = \(audience.rawValue)
            WHERE album = \(album) AND owner = \(account) AND audience < \(audience.rawValue)
            """)
    }

    /// An album is not public any more: its members still see what everybody saw.
    static func withdrawFromEverybody(in album: Int64, _ session: any SQLSession) throws {
        let (everybody, members) = (AlbumAudience.everybody.rawValue, AlbumAudience.members.rawValue)
        try session.execute(
            """
            UPDATE album_images SET consent = \(members), audience = \(members)
            WHERE album = \(album) AND consent = \(everybody)
            """)
    }

    /// Whether anybody else than an account sees what the members of an album see.
    static func hasOthers(
        than account: AccountID, in album: Int64, _ standing: AlbumStanding, _ session: any SQLSession
    ) throws -> Bool {
        if standing.album.owner != account || standing.album.details.visibility == .public { return true }
        return try session.exists("SELECT 1 FROM album_members WHERE album = \(album) AND account <> \(account)")
    }
}
