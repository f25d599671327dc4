internal import Domain
internal import SQL

/// Rows of `uploads` that are sent in several requests.
enum UploadRows {
    static let columns: SQLQuery = """
        id, owner, kind, name, bytes, date_created, token, length, epoch, description, date_expires, image,
        is_duplicate, refusal_code, refusal
        """

    /// How long an upload that has ended is known, in seconds.
    static let secondsAfterEnd = 86_400.0

    static func find(_ id: UploadID, _ session: any SQLSession) throws -> ResumableUpload? {
        try session.first(
            "SELECT \(sql: columns) FROM uploads WHERE id = \(id) AND kind <> 'item'", read)
    }

    static func read(_ row: SQLRow) throws -> ResumableUpload {
        ResumableUpload(
            id: try row.identity("id"), owner: try row.identity("owner"), token: try row.identityIfPresent("token"),
            kind: try row.word("kind"), name: try row.textIfPresent("name"), offset: try row.integer("bytes"),
            length: try row.integerIfPresent("length"), epoch: try row.integer("epoch"),
            description: try JSONText.decode(UploadDescription.self, from: try row.text("description")),
            dateCreated: try row.timestamp("date_created"), expires: try row.timestamp("date_expires"),
            outcome: try outcome(row))
    }

    private static func outcome(_ row: SQLRow) throws -> ResumableUpload.Outcome? {
        if let image = try row.identityIfPresent("image", as: ImageID.self) {
            return .image(image, isDuplicate: try row.boolean("is_duplicate"))
        }
        guard let reason = try row.textIfPresent("refusal") else { return nil }
        return .refused(UploadRefusal(try row.word("refusal_code"), reason))
    }

    static func insert(_ upload: ResumableUpload, _ session: any SQLSession) throws {
        try session.execute(
            """
            INSERT INTO uploads (id, owner, kind, name, bytes, date_created, token, length, epoch, description,
                date_expires)
            VALUES (\(upload.id), \(upload.owner), \(upload.kind), \(upload.name), \(upload.offset),
                \(upload.dateCreated), \(upload.token?.bytes), \(upload.length), \(upload.epoch),
                \(try JSONText.encode(upload.description)), \(upload.expires))
            """)
    }

    /// An upload has become an image: its file is not needed any more.
    static func record(
        _ upload: UploadID, as image: ImageID, isDuplicate: Bool, _ time: Timestamp, _ session: any SQLSession
    ) throws {
        try session.execute(
            """
            UPDATE uploads SET image = \(image), is_duplicate = \(isDuplicate ? 1 : 0), name = NULL,
                bytes = coalesce(length, bytes), epoch = epoch + 1,
                date_expires = \(time.advanced(bySeconds: secondsAfterEnd))
            WHERE id = \(upload)
            """)
    }

    /// An upload cannot become an image.
    static func refuse(
        _ upload: UploadID, _ refusal: UploadRefusal, _ time: Timestamp, _ session: any SQLSession
    ) throws {
        try session.execute(
            """
            UPDATE uploads SET refusal_code = \(refusal.code), refusal = \(refusal.reason), name = NULL,
                epoch = epoch + 1, date_expires = \(time.advanced(bySeconds: secondsAfterEnd))
            WHERE id = \(upload) AND image IS NULL
            """)
    }

    /// Whether an upload is neither over nor given up.
    static let isUnderWay: SQLQuery = "kind IN ('whole', 'part') AND name IS NOT NULL"

    /// Bytes that the quotas leave for more uploads beside those that are under way, whose lengths count as far as they
    /// are known; nil without a quota.
    static func bytesLeft(
        for account: Account, token: TokenID?, _ session: any SQLSession
    ) throws -> (ofAccount: Int64?, ofToken: Int64?) {
        func left(_ bytes: Int64?, _ condition: SQLQuery) throws -> Int64? {
            guard let bytes else { return nil }
            let reserved = try session.integer(
                """
                SELECT coalesce(sum(coalesce(length, bytes)), 0) FROM uploads
                WHERE owner = \(account.id) AND \(sql: isUnderWay)\(sql: condition)
                """)
            return max(0, bytes - reserved)
        }
        let ofToken = try token.flatMap { try TokenRows.bytesLeft(of: $0, session) }
        return (
            try left(account.bytesLeft, ""), try token.flatMap { try left(ofToken, " AND token = \($0)") }
        )
    }
}
