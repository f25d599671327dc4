public import Domain
internal import SQL

extension Catalog {
    /// Records a batch, its items, the files that wait for them, and the jobs that take these up.
    ///
    /// Items for which the quota of the account or of the token leaves no room are refused. What the account has
    /// already, as an image or as a file that waits, does not count.
    /// - Parameter key: the key with which the request was claimed; nil if it has none.
    /// - Returns: the items as they are acknowledged, and the names of the files that were refused.
    /// - Throws: `CatalogError` with the code `noAccount`.
    public func addBatch(
        _ batch: NewBatch, answering key: IdempotencyKey? = nil
    ) async throws -> (items: [BatchItem], refused: [String]) {
        try await database.write { session in
            guard let account = try AccountRows.account(batch.owner, session), !account.isDisabled else {
                throw CatalogError(.noAccount, "the account does not exist or is disabled")
            }
            let sequence = try session.integer(
                """
                INSERT INTO batches (id, owner, token, visibility, tags, date_created)
                VALUES (\(batch.id), \(batch.owner), \(batch.token?.bytes), \(batch.visibility),
                    \(try JSONText.encode(batch.tags)), \(batch.dateCreated))
                RETURNING seq
                """)
            var room = try BatchRoom(for: account, token: batch.token, session)
            var refused: [String] = []
            let queue = JobQueue(session, now: batch.dateCreated)
            for (position, item) in batch.items.enumerated() {
                let admitted = try room.admit(item, session)
                if let file = admitted.file {
                    try BatchItemRows.insert(file, of: batch.owner, batch.dateCreated, session)
                    _ = try queue.enqueue(.ingest(item.id), owner: batch.owner)
                } else if let file = item.file {
                    refused.append(file.name)
                }
                try BatchItemRows.insert(admitted, at: position, of: sequence, session)
            }
            if let token = batch.token { try TokenRows.add(room.charged, to: token, session) }
            if let key { try IdempotencyRows.answer(key, with: batch.id, session) }
            return (try Self.acknowledged(sequence, session), refused)
        }
    }

    /// The items of a batch as they were acknowledged, however far they are now.
    public func acknowledgedItems(of batch: BatchID) async throws -> [BatchItem] {
        try await database.read { session in
            guard let sequence = try session.first("SELECT seq FROM batches WHERE id = \(batch)", { try $0.integer(0) })
            else { return [] }
            return try Self.acknowledged(sequence, session)
        }
    }

    private static func acknowledged(_ batch: Int64, _ session: any SQLSession) throws -> [BatchItem] {
        try session.all(
            "SELECT id, position, timestamp, attributes, refusal FROM batch_items WHERE batch = \(batch) ORDER BY position"
        ) { row in
            let refusal = try row.textIfPresent("refusal")
            return BatchItem(
                id: try row.identity("id"), position: try row.int("position"),
                timestamp: try row.textIfPresent("timestamp"),
                attributes: try JSONText.decodeMembers(try row.text("attributes")),
                state: refusal == nil ? .pending : .failed, error: refusal, image: nil)
        }
    }
}

/// What the quotas leave for the items of a batch.
private struct BatchRoom {
    private let owner: AccountID
    /// Nil for no limit.
    private var ofAccount: Int64?, ofToken: Int64?
    private var digests: Set<Digest> = []
    /// Bytes that count in the token's quota.
    private(set) var charged: Int64 = 0

    init(for account: Account, token: TokenID?, _ session: any SQLSession) throws {
        owner = account.id
        let waiting = try session.integer(
            """
            SELECT coalesce(sum(bytes), 0) FROM (
                SELECT DISTINCT digest, bytes FROM uploads WHERE owner = \(account.id) AND kind = 'item' AND NOT EXISTS (
                    SELECT 1 FROM images WHERE images.owner = uploads.owner AND images.digest = uploads.digest)
                    AND NOT EXISTS (SELECT 1 FROM trash WHERE trash.owner = uploads.owner
                        AND trash.digest = uploads.digest AND trash.is_deleted = 0)) AS waiting
            """)
        ofAccount = account.bytesLeft.map { max(0, $0 - waiting) }
        ofToken = try token.flatMap { try TokenRows.bytesLeft(of: $0, session) }
    }

    /// The item as it is acknowledged: refused if there is no room for it.
    mutating func admit(_ item: NewBatch.Item, _ session: any SQLSession) throws -> NewBatch.Item {
        guard let file = item.file, try isNew(file.digest, session) else { return item }
        if let left = ofAccount, left < file.bytes { return Self.refuse(item, "The account's", left) }
        if let left = ofToken, left < file.bytes { return Self.refuse(item, "The token's", left) }
        ofAccount = ofAccount.map { $0 - file.bytes }
        ofToken = ofToken.map { $0 - file.bytes }
        charged += file.bytes
        digests.insert(file.digest)
        return item
    }

    private func isNew(_ digest: Digest, _ session: any SQLSession) throws -> Bool {
        if digests.contains(digest) { return false }
        return try !session.exists("SELECT 1 FROM images WHERE owner = \(owner) AND digest = \(digest)")
            && TrashRows.sequence(of: digest, owner: owner, session) == nil
            && !session.exists("SELECT 1 FROM uploads WHERE owner = \(owner) AND digest = \(digest)")
    }

    private static func refuse(_ item: NewBatch.Item, _ whose: String, _ left: Int64) -> NewBatch.Item {
        NewBatch.Item(
            id: item.id, timestamp: item.timestamp, attributes: item.attributes, file: nil,
            refusal: "\(whose) quota leaves room for \(left) bytes.")
    }
}
