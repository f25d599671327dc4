public import Domain
internal import SQL

/// Where the bytes of an item are.
public enum BatchItemBytes: Sendable {
    /// In the staging folder.
    case waiting(WaitingItem)
    /// They are the original of an image, which may have been deleted.
    case image(ImageID)
    /// The item has failed, and they are gone; with its owner and the reason.
    case refused(owner: AccountID, visibility: Visibility, reason: String?)
}

extension Catalog {
    /// Where the bytes of an item are; nil if there is no such item.
    public func bytes(of item: BatchItemID) async throws -> BatchItemBytes? {
        try await database.read { session in
            try session.first(
                """
                SELECT batch_items.image, coalesce(batch_items.refusal, batch_items.error) AS error, batches.owner,
                    batches.visibility, batches.tags, batches.date_created, batch_items.timestamp, batch_items.attributes,
                    uploads.id AS upload, tokens.album, tokens.shares_private, uploads.name, uploads.digest, uploads.format, uploads.bytes, uploads.crc32
                FROM batch_items JOIN batches ON batches.seq = batch_items.batch
                LEFT JOIN uploads ON uploads.id = batch_items.upload
                LEFT JOIN tokens ON tokens.id = batches.token
                WHERE batch_items.id = \(item)
                """
            ) { row in
                if let image = try row.identityIfPresent("image", as: ImageID.self) { return .image(image) }
                guard let upload = try row.identityIfPresent("upload", as: UploadID.self) else {
                    return .refused(
                        owner: try row.identity("owner"), visibility: try row.word("visibility"),
                        reason: try row.textIfPresent("error"))
                }
                return .waiting(
                    WaitingItem(
                        id: item, owner: try row.identity("owner"), visibility: try row.word("visibility"),
                        tags: try JSONText.decodeStrings(try row.text("tags")),
                        timestamp: try row.textIfPresent("timestamp"),
                        attributes: try JSONText.decodeMembers(try row.text("attributes")),
                        dateCreated: try row.timestamp("date_created"), album: try row.tokenAlbum(),
                        file: ReceivedFile(
                            id: upload, name: try row.text("name"), digest: try row.digest("digest"),
                            format: try row.word("format"), bytes: try row.integer("bytes"),
                            crc32: UInt32(truncatingIfNeeded: try row.integer("crc32")))))
            }
        }
    }

    /// Records that an item is an image that there is already. Its file waits no more.
    public func record(_ item: BatchItemID, as image: ImageID) async throws {
        try await database.write { session in try BatchItemRows.record(item, as: image, session) }
    }

    /// Records that an item cannot become an image. Its file waits no more.
    ///
    /// - Parameter reason: for people.
    public func refuse(_ item: BatchItemID, because reason: String) async throws {
        try await database.write { session in try BatchItemRows.refuse(item, because: reason, session) }
    }

    /// Notes why an item could not be recorded yet. Its file goes on waiting.
    public func postpone(_ item: BatchItemID, because reason: String) async throws {
        try await database.write { session in
            try session.execute("UPDATE batch_items SET error = \(reason) WHERE id = \(item) AND upload IS NOT NULL")
        }
    }

}
