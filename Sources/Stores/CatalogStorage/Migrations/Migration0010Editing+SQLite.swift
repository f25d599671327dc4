internal import Domain
internal import SQL
internal import StreamedJSON

extension Migration {
    /// Images keep the name with which they were sent, and what a person says of their creator, rights and rating. The
    /// index of words gets their names and creators.
    static let editing = Migration(
        number: 10, name: "editing",
        statements: [
            "ALTER TABLE images ADD COLUMN sent_name TEXT",
            "ALTER TABLE images ADD COLUMN own_file_name TEXT",
            "ALTER TABLE images ADD COLUMN own_creator TEXT",
            "ALTER TABLE images ADD COLUMN own_rights TEXT",
            "ALTER TABLE images ADD COLUMN own_rating INTEGER",
            // As a person has set it, or as the file states it.
            "ALTER TABLE images ADD COLUMN rating INTEGER",
            // When the period of a date ends that is not known to the second.
            "ALTER TABLE images ADD COLUMN date_taken_end INTEGER",
            periodsOfDates,
            "CREATE INDEX images_by_period ON images (date_taken, date_taken_end) WHERE date_taken_end IS NOT NULL",
            "DROP TABLE images_fts",
            """
            CREATE VIRTUAL TABLE images_fts USING fts5(
                title, description, tags, attributes, camera, lens, creator, file_name,
                content = '', tokenize = 'unicode61 remove_diacritics 2')
            """,
        ], convert: indexAll)

    private static let periodsOfDates: SQLQuery = """
        UPDATE images SET date_taken_end = CASE dates.precision
            WHEN 'minute' THEN images.date_taken + 60000
            WHEN 'day' THEN images.date_taken + 86400000
            WHEN 'month' THEN unixepoch(images.date_taken / 1000, 'unixepoch', '+1 month') * 1000
            WHEN 'year' THEN unixepoch(images.date_taken / 1000, 'unixepoch', '+1 year') * 1000 END
        FROM (SELECT images.seq, json_extract(coalesce(images.own_taken, json_extract(contents.metadata, '$.taken')), '$.precision')
            AS precision FROM images JOIN contents ON contents.digest = images.digest) AS dates
        WHERE dates.seq = images.seq AND dates.precision IS NOT NULL AND images.date_taken IS NOT NULL
        """

    /// Indexes all images, of which no name and no creator is known yet.
    private static func indexAll(_ session: any SQLSession) throws {
        var last: Int64 = 0
        while true {
            let images = try session.all(
                """
                SELECT images.seq, title, description, tags, attributes, contents.metadata
                FROM images JOIN contents ON contents.digest = images.digest
                WHERE images.seq > \(last) ORDER BY images.seq LIMIT 1000
                """
            ) { (sequence: try $0.integer("seq"), texts: try ImageTexts(indexed: $0)) }
            guard let newest = images.last else { return }
            for image in images {
                let values = SQLQuery.joined(image.texts.values.map { "\($0)" }, by: ", ")
                try session.execute(
                    """
                    INSERT INTO images_fts (rowid, title, description, tags, attributes, camera, lens, creator, file_name)
                    VALUES (\(image.sequence), \(sql: values))
                    """)
            }
            last = newest.sequence
        }
    }
}

extension ImageTexts {
    fileprivate init(indexed row: SQLRow) throws {
        func members(_ column: SQLColumn) throws -> [String: JSONValue] {
            guard case .object(let members) = try JSONValue(parsing: Array(try row.text(column).utf8)) else {
                throw row.malformed(column)
            }
            return members
        }
        func text(_ value: JSONValue?) -> String? { if case .string(let text) = value { text } else { nil } }
        guard case .array(let tags) = try JSONValue(parsing: Array(try row.text("tags").utf8)) else {
            throw row.malformed("tags")
        }
        let written = try members("metadata")
        var metadata = PhotoMetadata()
        (metadata.cameraMake, metadata.cameraModel) = (text(written["cameraMake"]), text(written["cameraModel"]))
        metadata.lens = text(written["lens"])
        let details = ImageDetails(
            title: try row.text("title"), description: try row.text("description"), tags: tags.compactMap(text),
            attributes: try members("attributes"))
        self.init(details, metadata, sentName: nil)
    }
}
