internal import Domain
internal import SQL

/// Rows of `bulk_changes`, `bulk_chunks` and `bulk_failures`.
enum BulkRows {
    /// What takes a bulk change back may have so many bytes as JSON; one with more cannot be undone.
    static let maximumFormerBytes: Int64 = 64 << 20

    /// The bulk change of a job; nil if there is none.
    static func change(of job: JobID, _ session: any SQLSession) throws -> BulkChange? {
        try session.first(
            """
            SELECT edit, covers_all_accounts, undone, owner FROM bulk_changes JOIN jobs ON jobs.id = bulk_changes.job
            WHERE job = \(job)
            """
        ) { row in
            BulkChange(
                owner: try row.identity("owner"), coversAllAccounts: try row.boolean("covers_all_accounts"),
                edit: try JSONText.decode(StoredEdit.self, from: try row.text("edit")).edit,
                undone: try row.identityIfPresent("undone"))
        }
    }

    /// The targets of a chunk that waits; nil if it is done.
    static func targets(of chunk: Int64, _ job: JobID, _ session: any SQLSession) throws -> [BulkChange.Target]? {
        try session.first(
            "SELECT targets FROM bulk_chunks WHERE job = \(job) AND number = \(chunk) AND targets IS NOT NULL"
        ) { row in try JSONText.decode([StoredTarget].self, from: try row.text(0)).map { try $0.target } }
    }

    static func insert(
        _ targets: [BulkChange.Target], at number: Int, of job: JobID, _ session: any SQLSession
    ) throws {
        let text = try JSONText.encode(targets.map(StoredTarget.init))
        try session.execute("INSERT INTO bulk_chunks (job, number, targets) VALUES (\(job), \(number), \(text))")
    }

    static func insert(_ failure: BulkChange.Failure, of job: JobID, _ session: any SQLSession) throws {
        try session.execute(
            """
            INSERT INTO bulk_failures (job, image, reason, message)
            VALUES (\(job), \(failure.image), \(failure.reason), \(failure.message))
            """)
    }

    /// Records that a chunk is done, and what takes its effects back.
    static func finish(
        _ chunk: Int64, of job: JobID, former: [BulkChange.Target], _ session: any SQLSession
    ) throws {
        let text = former.isEmpty ? nil : try JSONText.encode(former.map(StoredTarget.init))
        let bytes = Int64(text?.utf8.count ?? 0)
        try session.execute(
            "UPDATE bulk_chunks SET targets = NULL, former = \(text) WHERE job = \(job) AND number = \(chunk)")
        try session.execute(
            """
            UPDATE bulk_changes SET former_images = former_images + \(former.count),
                former_bytes = former_bytes + \(bytes)
            WHERE job = \(job)
            """)
        let isTooLong: SQLQuery =
            "SELECT 1 FROM bulk_changes WHERE job = \(job) AND former_bytes > \(maximumFormerBytes)"
        if try session.exists(isTooLong) {
            try session.execute("UPDATE bulk_chunks SET former = NULL WHERE job = \(job) AND former IS NOT NULL")
        }
    }
}

/// An image of a bulk change as JSON.
private struct StoredTarget: Codable {
    private let image: ImageID
    private let edit: StoredEdit?

    init(_ target: BulkChange.Target) throws {
        image = target.image
        edit = try target.edit.map(StoredEdit.init)
    }

    var target: BulkChange.Target {
        get throws { BulkChange.Target(image, try edit?.edit) }
    }
}
