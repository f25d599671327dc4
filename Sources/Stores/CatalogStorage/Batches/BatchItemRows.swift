internal import Domain
internal import SQL

/// Rows of `batch_items`, and of the `uploads` that they wait with.
enum BatchItemRows {
    /// The state of an item follows from the image that it has become.
    static let columns: SQLQuery = """
        batch_items.id, batch_items.position, batch_items.timestamp, batch_items.attributes, batch_items.upload,
        batch_items.image, coalesce(batch_items.refusal, batch_items.error) AS error, images.seq, images.state,
        images.awaits_files,
        CASE images.state WHEN 2 THEN contents.damage END AS damage
        """

    /// The items with their images.
    static let joined: SQLQuery = """
        batch_items LEFT JOIN images ON images.id = batch_items.image
        LEFT JOIN contents ON contents.digest = images.digest
        """

    static func read(_ row: SQLRow) throws -> BatchItem {
        let (state, error) = try state(row)
        return BatchItem(
            id: try row.identity("id"), position: try row.int("position"),
            timestamp: try row.textIfPresent("timestamp"),
            attributes: try JSONText.decodeMembers(try row.text("attributes")), state: state, error: error,
            image: try row.integerIfPresent("seq") == nil ? nil : try row.identityIfPresent("image"))
    }

    static func insert(
        _ item: NewBatch.Item, at position: Int, of batch: Int64, _ session: any SQLSession
    ) throws {
        try session.execute(
            """
            INSERT INTO batch_items (id, batch, position, timestamp, attributes, upload, refusal)
            VALUES (\(item.id), \(batch), \(position), \(item.timestamp), \(try JSONText.encode(item.attributes)),
                \(item.file?.id.bytes), \(item.refusal))
            """)
    }

    static func insert(
        _ file: ReceivedFile, of owner: AccountID, _ time: Timestamp, _ session: any SQLSession
    ) throws {
        try session.execute(
            """
            INSERT INTO uploads (id, owner, kind, name, digest, format, bytes, crc32, date_created)
            VALUES (\(file.id), \(owner), 'item', \(file.name), \(file.digest), \(file.format), \(file.bytes),
                \(Int64(file.crc32)), \(time))
            """)
    }

    /// An item has become an image: its upload is over.
    static func record(_ item: BatchItemID, as image: ImageID, _ session: any SQLSession) throws {
        try endUpload(of: item, session)
        try session.execute(
            "UPDATE batch_items SET image = \(image), upload = NULL, error = NULL WHERE id = \(item)")
    }

    /// An item cannot become an image: its upload is over.
    static func refuse(_ item: BatchItemID, because reason: String, _ session: any SQLSession) throws {
        try endUpload(of: item, session)
        try session.execute("UPDATE batch_items SET error = \(reason), upload = NULL WHERE id = \(item)")
    }

    private static func endUpload(of item: BatchItemID, _ session: any SQLSession) throws {
        try session.execute("DELETE FROM uploads WHERE id = (SELECT upload FROM batch_items WHERE id = \(item))")
    }

    private static func state(_ row: SQLRow) throws -> (BatchItem.State, error: String?) {
        let error = try row.textIfPresent("error")
        if try row.blobIfPresent("upload") != nil { return (.pending, error) }
        guard try row.blobIfPresent("image") != nil else { return (.failed, error) }
        guard let code = try row.integerIfPresent("state") else { return (.failed, "The image has been deleted.") }
        switch StateCode.state(of: code) {
        case .ready: return (.ready, nil)
        // Without a job that makes its renditions, an image that is recorded is as ready as it becomes.
        case .pending: return (try row.boolean("awaits_files") ? .pending : .ready, nil)
        case .damaged: return (.failed, try row.textIfPresent("damage") ?? "The image cannot be decoded.")
        case nil: throw row.malformed("state")
        }
    }
}
