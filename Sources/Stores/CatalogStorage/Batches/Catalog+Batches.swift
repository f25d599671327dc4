public import Domain
internal import SQL

extension Catalog {
    /// A batch with its progress; nil if there is none.
    public func batch(_ id: BatchID) async throws -> Batch? {
        try await database.read { session in
            try session.first("SELECT \(sql: Self.batchColumns) FROM batches WHERE id = \(id)") {
                try Self.readBatch($0, session)
            }
        }
    }

    /// A page of batches, newest first.
    ///
    /// - Parameters:
    ///   - owner: nil for those of all accounts.
    ///   - skipped: how many are left out at the beginning, for lists with numbered pages.
    ///   - limit: 1 to 1000.
    /// - Throws: `CatalogError` with the code `foreignCursor`.
    public func batches(
        ownedBy owner: AccountID?, after cursor: Cursor?, skipping skipped: Int64 = 0, limit: Int
    ) async throws -> Page<Batch> {
        let paging = try Paging("batches", cursor, limit)
        return try await database.read { session in
            let rows = try session.all(
                """
                SELECT \(sql: Self.batchColumns), batches.seq FROM batches WHERE \(sql: Self.isOwned(by: owner))
                    AND seq < \(paging.tie < 0 ? Int64.max : paging.tie)
                ORDER BY seq DESC LIMIT \(paging.limit + 1) OFFSET \(skipped)
                """
            ) { (try Self.readBatch($0, session), CursorKey.none, try $0.integer("seq")) }
            return paging.page(rows)
        }
    }

    /// How many batches an account has sent; all accounts if it is nil.
    public func batchCount(ownedBy owner: AccountID?) async throws -> Int64 {
        try await database.read { session in
            try session.integer("SELECT count(*) FROM batches WHERE \(sql: Self.isOwned(by: owner))")
        }
    }

    /// A page of the items of a batch, in their order.
    ///
    /// - Parameter limit: 1 to 1000.
    /// - Throws: `CatalogError` with the code `foreignCursor`.
    public func items(of batch: BatchID, after cursor: Cursor?, limit: Int) async throws -> Page<BatchItem> {
        let paging = try Paging("batch \(batch)", cursor, limit)
        return try await database.read { session in
            let rows = try session.all(
                """
                SELECT \(sql: BatchItemRows.columns) FROM \(sql: BatchItemRows.joined)
                WHERE batch_items.batch = (SELECT seq FROM batches WHERE id = \(batch))
                    AND batch_items.position > \(paging.tie)
                ORDER BY batch_items.position LIMIT \(paging.limit + 1)
                """
            ) { (try BatchItemRows.read($0), CursorKey.none, try $0.integer("position")) }
            return paging.page(rows)
        }
    }

    static let batchColumns: SQLQuery = "batches.seq, batches.id, batches.owner, batches.token, batches.date_created"

    private static func isOwned(by owner: AccountID?) -> SQLQuery { owner.map { "owner = \($0)" } ?? "1 = 1" }

    private static func readBatch(_ row: SQLRow, _ session: any SQLSession) throws -> Batch {
        Batch(
            id: try row.identity("id"), owner: try row.identity("owner"), token: try row.identityIfPresent("token"),
            dateCreated: try row.timestamp("date_created"), progress: try progress(of: try row.integer("seq"), session))
    }

    /// Counts the items of a batch by their states, as `BatchItemRows` reads these.
    private static func progress(of batch: Int64, _ session: any SQLSession) throws -> Batch.Progress {
        try session.first(
            """
            SELECT count(*) AS total, coalesce(sum(batch_items.upload IS NOT NULL
                    OR (images.state = 0 AND images.awaits_files = 1)), 0) AS pending,
                coalesce(sum(images.state = 1 OR (images.state = 0 AND images.awaits_files = 0)), 0) AS ready
            FROM batch_items LEFT JOIN images ON images.id = batch_items.image WHERE batch_items.batch = \(batch)
            """
        ) { row in
            let (total, pending, ready) = (
                try row.integer("total"), try row.integer("pending"), try row.integer("ready")
            )
            return Batch.Progress(pending: pending, ready: ready, failed: total - pending - ready)
        } ?? Batch.Progress()
    }
}
