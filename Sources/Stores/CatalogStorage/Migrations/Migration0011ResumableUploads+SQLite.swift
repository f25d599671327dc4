internal import SQL

extension Migration {
    /// Uploads are recorded before all of their bytes are there.
    static let resumableUploads = Migration(
        number: 11, name: "resumable uploads",
        statements: [
            "DROP INDEX uploads_by_owner",
            "ALTER TABLE uploads RENAME TO former_uploads",
            // Of the kind 'item', a file that was received whole, in the staging folder under `name`, and has not become
            // an image yet. Of the other kinds, an upload that is sent in several requests: `bytes` of it are on stable
            // storage, and only the request with the latest `epoch` may add to them. `name` is null once there is no
            // file.
            """
            CREATE TABLE uploads (
                id BLOB PRIMARY KEY NOT NULL,
                owner BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
                kind TEXT NOT NULL,
                name TEXT UNIQUE,
                digest BLOB,
                format TEXT,
                bytes INTEGER NOT NULL,
                crc32 INTEGER,
                date_created INTEGER NOT NULL,
                token BLOB,
                length INTEGER,
                epoch INTEGER NOT NULL DEFAULT 0,
                description TEXT,
                date_expires INTEGER,
                image BLOB,
                is_duplicate INTEGER,
                refusal_code TEXT,
                refusal TEXT
            ) STRICT
            """,
            """
            INSERT INTO uploads (id, owner, kind, name, digest, format, bytes, crc32, date_created)
            SELECT id, owner, 'item', name, digest, format, bytes, crc32, date_created FROM former_uploads
            """,
            "DROP TABLE former_uploads",
            "CREATE INDEX uploads_by_owner ON uploads (owner, digest, bytes)",
            "CREATE INDEX uploads_by_expiry ON uploads (date_expires)",
        ])
}
