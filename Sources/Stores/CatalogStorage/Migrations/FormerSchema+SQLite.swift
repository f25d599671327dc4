internal import Domain
internal import SQL

/// The schema of data folders from before the first release, which seven migrations made (`docs/decisions/0035`).
enum FormerSchema {
    /// Converts a catalogue of the former schema to that of the first migration; leaves any other unchanged.
    @Sendable static func convert(_ session: any SQLSession, at time: Timestamp) throws {
        let hasFormerName = try session.exists("SELECT 1 FROM pragma_table_info('migrations') WHERE name = 'deed'")
        if hasFormerName { try session.execute("ALTER TABLE migrations RENAME COLUMN deed TO name") }
        let isFormer = try session.exists("SELECT 1 FROM migrations WHERE number = 7 AND name = 'compress by job'")
        guard isFormer else { return }
        for statement in duplicates + jobs + indexes { try session.execute(statement) }
        try session.execute("DELETE FROM migrations")
        try Migrator.record(.createSchema, at: time, session)
    }

    private static let duplicates: [SQLQuery] = [
        "ALTER TABLE images ADD COLUMN excludes_duplicates INTEGER NOT NULL DEFAULT 1",
        "DROP INDEX images_by_owner_and_digest",
    ]

    /// The payload of a kind of job was in columns, and each kind had its own unique index.
    private static let jobs: [SQLQuery] = [
        "DROP INDEX jobs_one_derive", "DROP INDEX jobs_one_generate", "DROP INDEX jobs_one_compress",
        "DROP INDEX jobs_compressed",
        "ALTER TABLE jobs RENAME COLUMN enumerated TO is_enumerated",
        "ALTER TABLE jobs ADD COLUMN payload TEXT NOT NULL DEFAULT '{}'",
        "ALTER TABLE jobs ADD COLUMN unique_key TEXT NOT NULL DEFAULT ''",
        """
        UPDATE jobs SET payload = json_object('format', format) WHERE kind = 'compress' AND format IS NOT NULL
        """,
        """
        UPDATE jobs SET payload = json_object('contents', CASE covers_all WHEN 1 THEN 'all' ELSE 'some' END)
        WHERE kind LIKE 'generate-%'
        """,
        """
        UPDATE jobs SET unique_key = kind
            || CASE WHEN digest IS NULL THEN '' ELSE ' ' || lower(hex(digest)) END
            || CASE WHEN kind = 'compress' THEN ' ' || coalesce(format, '') ELSE '' END
            || CASE WHEN kind = 'derive' THEN '' WHEN owner IS NULL THEN ' ' ELSE ' ' || lower(
                substr(hex(owner), 1, 8) || '-' || substr(hex(owner), 9, 4) || '-' || substr(hex(owner), 13, 4) || '-'
                || substr(hex(owner), 17, 4) || '-' || substr(hex(owner), 21)) END
        """,
        "ALTER TABLE jobs DROP COLUMN format", "ALTER TABLE jobs DROP COLUMN covers_all",
    ]

    /// The indexes of the first migration that the former schema did not have.
    private static let indexes: [SQLQuery] = [
        "CREATE UNIQUE INDEX images_by_owner_and_digest ON images (owner, digest) WHERE excludes_duplicates = 1",
        "CREATE INDEX jobs_by_key ON jobs (unique_key)",
        "CREATE UNIQUE INDEX jobs_active ON jobs (unique_key) WHERE state IN ('queued', 'running')",
        "CREATE INDEX jobs_done ON jobs (kind, date_updated) WHERE state = 'done'",
    ]
}
