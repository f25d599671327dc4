internal import Domain
internal import SQL

/// Records, read from images, contents and accounts. They lack the complete Exif data, which can be long.
enum RecordRows {
    /// The record of the image with a sequence.
    ///
    /// - Parameter table: `images` or `trash`.
    static func record(
        at sequence: Int64, in table: SQLQuery = "images", _ session: any SQLSession
    ) throws -> ImageRecord? {
        try session.first("\(sql: selection(of: table)) WHERE images.seq = \(sequence)", read)
    }

    static func record(_ id: ImageID, _ session: any SQLSession) throws -> ImageRecord? {
        try session.first("\(sql: selection(of: "images")) WHERE images.id = \(id)", read)
    }

    /// The image of a content that an account has; nil also if the account keeps duplicates.
    static func record(
        of digest: Digest, owner: AccountID, _ session: any SQLSession
    ) throws -> ImageRecord? {
        try session.first(
            """
            \(sql: selection(of: "images"))
            WHERE images.owner = \(owner) AND images.digest = \(digest)
                AND \(sql: AccountRows.mergesDuplicates("\(owner)"))
            ORDER BY images.seq LIMIT 1
            """, read)
    }

    /// The images of a content, with their sequences.
    static func records(of digest: Digest, _ session: any SQLSession) throws -> [(sequence: Int64, record: ImageRecord)]
    {
        let sequences = try session.all("SELECT seq FROM images WHERE digest = \(digest)") { try $0.integer(0) }
        return try sequences.compactMap { sequence in
            try record(at: sequence, session).map { (sequence, $0) }
        }
    }

    private static func selection(of table: SQLQuery) -> SQLQuery {
        """
        SELECT images.id, images.digest, images.owner, accounts.handle, images.visibility, images.bytes,
            images.date_added, images.date_modified, images.version, images.state, images.title, images.tags,
            images.attributes, images.description, images.own_taken, images.own_place, images.sent_name,
            images.own_file_name, images.own_creator, images.own_rights, images.own_rating, images.public_original,
            images.public_place, images.rotation, images.external_id, contents.format AS content_format,
            contents.width AS content_width, contents.height AS content_height, contents.orientation,
            contents.frames, contents.has_alpha, CASE images.state WHEN 2 THEN contents.damage END AS damage, contents.metadata, NULL AS exif,
            \(sql: ContentRows.versionColumns)
        FROM \(sql: table) AS images
        JOIN contents ON contents.digest = images.digest
        JOIN accounts ON accounts.id = images.owner
        """
    }

    private static func read(_ row: SQLRow) throws -> ImageRecord {
        guard let state = StateCode.state(of: try row.integer("state")) else { throw row.malformed("state") }
        return ImageRecord(
            id: try row.identity("id"), content: try ContentRows.read(row), owner: try row.identity("owner"),
            ownerHandle: try row.text("handle"), details: try details(row), bytes: try row.integer("bytes"),
            sentName: try row.textIfPresent("sent_name"),
            dateAdded: try row.timestamp("date_added"), dateModified: try row.timestamp("date_modified"), state: state,
            version: try row.integer("version"))
    }

    private static func details(_ row: SQLRow) throws -> ImageDetails {
        ImageDetails(
            title: try row.text("title"), description: try row.text("description"),
            tags: try JSONText.decodeStrings(try row.text("tags")),
            attributes: try JSONText.decodeMembers(try row.text("attributes")),
            visibility: try row.word("visibility"),
            taken: try row.textIfPresent("own_taken").map { try TakenDate(stored: $0) },
            place: try row.textIfPresent("own_place").map { try JSONText.decode(GeographicPoint.self, from: $0) },
            creator: try row.textIfPresent("own_creator"), rights: try row.textIfPresent("own_rights"),
            rating: try row.integerIfPresent("own_rating").map { Int($0) },
            fileName: try row.textIfPresent("own_file_name"),
            publicOriginal: try row.integerIfPresent("public_original").map { $0 != 0 },
            publicPlace: try row.integerIfPresent("public_place").map { $0 != 0 },
            rotation: try row.orientation("rotation"), externalID: try row.textIfPresent("external_id"))
    }
}
