internal import SQL

extension Migration {
    /// Jobs, and which jobs count them. A `derive` exists once a content while it is not done.
    static let createJobs = Migration(
        number: 3, name: "create jobs",
        statements: [
            """
            CREATE TABLE jobs (
                seq INTEGER PRIMARY KEY AUTOINCREMENT,
                id BLOB NOT NULL UNIQUE,
                kind TEXT NOT NULL,
                lane INTEGER NOT NULL,
                digest BLOB,
                parent BLOB,
                state TEXT NOT NULL,
                total INTEGER NOT NULL DEFAULT 0,
                done INTEGER NOT NULL DEFAULT 0,
                failed INTEGER NOT NULL DEFAULT 0,
                attempts INTEGER NOT NULL DEFAULT 0,
                error TEXT,
                worker TEXT,
                lease_until INTEGER,
                run_after INTEGER NOT NULL,
                covers_all INTEGER NOT NULL DEFAULT 0,
                enumerated INTEGER NOT NULL DEFAULT 0,
                date_created INTEGER NOT NULL,
                date_updated INTEGER NOT NULL
            ) STRICT
            """,
            """
            CREATE TABLE job_children (
                parent BLOB NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
                child BLOB NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
                PRIMARY KEY (parent, child)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX job_children_by_child ON job_children (child)",
            "CREATE UNIQUE INDEX jobs_one_derive ON jobs (digest) WHERE kind = 'derive'",
            """
            CREATE UNIQUE INDEX jobs_one_generate ON jobs (kind)
            WHERE kind <> 'derive' AND state IN ('queued', 'running')
            """,
            "CREATE INDEX jobs_queued ON jobs (lane, run_after) WHERE state = 'queued'",
            "CREATE INDEX jobs_leased ON jobs (lease_until) WHERE state = 'running'",
            "CREATE INDEX jobs_by_state ON jobs (state)",
            "CREATE INDEX jobs_by_kind ON jobs (kind)",
        ])
}
