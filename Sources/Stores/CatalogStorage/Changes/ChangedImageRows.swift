internal import Domain
internal import SQL

/// What entries of the feed tell of images.
enum ChangedImageRows {
    /// An image as it is; nil if the audience does not see it.
    static func image(
        _ id: ImageID, visibleTo audience: Audience, _ session: any SQLSession
    ) throws -> RecordedChange.Image? {
        try session.first(
            """
            SELECT images.version, images.width, images.height, images.date_taken, images.own_taken, accounts.handle,
                contents.colour, CASE WHEN images.own_taken IS NULL AND images.date_taken IS NOT NULL
                    THEN contents.metadata END AS metadata
            FROM images JOIN contents ON contents.digest = images.digest JOIN accounts ON accounts.id = images.owner
            WHERE images.id = \(id) AND \(sql: audience.condition)
            """
        ) { row in
            RecordedChange.Image(
                version: try row.integer("version"), owner: try row.text("handle"), taken: try taken(row),
                width: try row.int("width"), height: try row.int("height"),
                colour: try row.integerIfPresent("colour").flatMap { PictureColour($0) })
        }
    }

    private static func taken(_ row: SQLRow) throws -> TakenDate? {
        if let own = try row.textIfPresent("own_taken") { return try TakenDate(stored: own) }
        return try row.textIfPresent("metadata").flatMap { try PhotoMetadata(stored: $0).taken }
    }
}
