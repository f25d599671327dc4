internal import SQL

extension Migration {
    /// Many images are changed by one job.
    static let bulkChanges = Migration(
        number: 13, name: "bulk changes",
        statements: [
            """
            CREATE TABLE bulk_changes (
                job BLOB PRIMARY KEY NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
                edit TEXT NOT NULL,
                covers_all_accounts INTEGER NOT NULL,
                undone BLOB,
                undone_by BLOB,
                former_images INTEGER NOT NULL DEFAULT 0,
                former_bytes INTEGER NOT NULL DEFAULT 0
            ) STRICT
            """,
            // The images of a chunk as `targets`, until it is done; then what takes its effects back as `former`.
            """
            CREATE TABLE bulk_chunks (
                seq INTEGER PRIMARY KEY,
                job BLOB NOT NULL REFERENCES bulk_changes (job) ON DELETE CASCADE,
                number INTEGER NOT NULL,
                targets TEXT,
                former TEXT,
                UNIQUE (job, number)
            ) STRICT
            """,
            "CREATE INDEX bulk_chunks_waiting ON bulk_chunks (job, number) WHERE targets IS NOT NULL",
            """
            CREATE TABLE bulk_failures (
                seq INTEGER PRIMARY KEY,
                job BLOB NOT NULL REFERENCES bulk_changes (job) ON DELETE CASCADE,
                image BLOB NOT NULL,
                reason TEXT NOT NULL,
                message TEXT
            ) STRICT
            """,
            "CREATE INDEX bulk_failures_by_job ON bulk_failures (job, seq)",
        ])
}
