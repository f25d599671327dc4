internal import SQL

// The tables of jobs and archives.
extension SchemaTables {
    /// Jobs, and the jobs that count them. Two active jobs never have the same key (`docs/decisions/0035`).
    static let jobs: [SQLQuery] = [
        """
        CREATE TABLE jobs (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id BLOB NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            payload TEXT NOT NULL,
            unique_key TEXT NOT NULL,
            lane INTEGER NOT NULL,
            digest BLOB,
            parent BLOB,
            owner BLOB REFERENCES accounts (id) ON DELETE CASCADE,
            state TEXT NOT NULL,
            total INTEGER NOT NULL DEFAULT 0,
            done INTEGER NOT NULL DEFAULT 0,
            failed INTEGER NOT NULL DEFAULT 0,
            is_enumerated INTEGER NOT NULL DEFAULT 0,
            attempts INTEGER NOT NULL DEFAULT 0,
            error TEXT,
            worker TEXT,
            lease_until INTEGER,
            run_after INTEGER NOT NULL,
            date_created INTEGER NOT NULL,
            date_updated INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX jobs_by_key ON jobs (unique_key)",
        "CREATE UNIQUE INDEX jobs_active ON jobs (unique_key) WHERE state IN ('queued', 'running')",
        "CREATE INDEX jobs_done ON jobs (kind, date_updated) WHERE state = 'done'",
        "CREATE INDEX jobs_queued ON jobs (lane, run_after) WHERE state = 'queued'",
        "CREATE INDEX jobs_leased ON jobs (lease_until) WHERE state = 'running'",
        "CREATE INDEX jobs_by_state ON jobs (state)",
        "CREATE INDEX jobs_by_kind ON jobs (kind)",
        """
        CREATE TABLE job_children (
            parent BLOB NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            child BLOB NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            PRIMARY KEY (parent, child)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX job_children_by_child ON job_children (child)",
    ]

    /// Archives and their entries. An archive is ready when all of its entries have been added.
    static let archives: [SQLQuery] = [
        """
        CREATE TABLE archives (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id BLOB NOT NULL UNIQUE,
            owner BLOB,
            collection TEXT,
            name TEXT NOT NULL,
            image_type TEXT NOT NULL,
            is_ready INTEGER NOT NULL DEFAULT 0,
            files INTEGER NOT NULL DEFAULT 0,
            bytes INTEGER NOT NULL DEFAULT 0,
            directory_offset INTEGER NOT NULL DEFAULT 0,
            directory_length INTEGER NOT NULL DEFAULT 0,
            fingerprint BLOB,
            date_created INTEGER NOT NULL,
            expires INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX archives_by_expiry ON archives (expires)",
        "CREATE INDEX archives_by_owner ON archives (owner, fingerprint)",
        "CREATE INDEX archives_by_collection ON archives (collection) WHERE collection IS NOT NULL",
        """
        CREATE TABLE archive_entries (
            archive INTEGER NOT NULL,
            position INTEGER NOT NULL,
            image INTEGER NOT NULL,
            id BLOB NOT NULL,
            version INTEGER NOT NULL,
            digest BLOB NOT NULL,
            name TEXT NOT NULL,
            bytes INTEGER NOT NULL,
            crc32 INTEGER NOT NULL,
            date_local INTEGER NOT NULL,
            date_moment INTEGER,
            start INTEGER NOT NULL,
            directory_start INTEGER NOT NULL,
            PRIMARY KEY (archive, position)
        ) STRICT, WITHOUT ROWID
        """,
    ]
}
