internal import SQL

extension Migration {
    /// Archives and what is in them. An archive is not ready before all of its entries are there.
    static let createArchives = Migration(
        number: 6, name: "create archives",
        statements: [
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
            "CREATE INDEX archives_by_expiry ON archives (expires)",
            "CREATE INDEX archives_by_owner ON archives (owner, fingerprint)",
            "CREATE INDEX archives_by_collection ON archives (collection) WHERE collection IS NOT NULL",
        ])
}
