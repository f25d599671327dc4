internal import SQL

extension Migration {
    /// Batches and their items, uploads under way, and what tokens have added.
    static let batches = Migration(
        number: 8, name: "batches",
        statements: [
            // A file that was received whole, in the staging folder under `name`, and has not become an image yet.
            """
            CREATE TABLE uploads (
                id BLOB PRIMARY KEY NOT NULL,
                owner BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
                name TEXT NOT NULL UNIQUE,
                digest BLOB NOT NULL,
                format TEXT NOT NULL,
                bytes INTEGER NOT NULL,
                crc32 INTEGER NOT NULL,
                date_created INTEGER NOT NULL
            ) STRICT
            """,
            "CREATE INDEX uploads_by_owner ON uploads (owner, digest, bytes)",
            """
            CREATE TABLE batches (
                seq INTEGER PRIMARY KEY AUTOINCREMENT,
                id BLOB NOT NULL UNIQUE,
                owner BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
                token BLOB,
                visibility TEXT NOT NULL,
                tags TEXT NOT NULL,
                date_created INTEGER NOT NULL
            ) STRICT
            """,
            "CREATE INDEX batches_by_owner ON batches (owner)",
            // An item has an upload until it has an image or a reason why it has none. `refusal` is the reason that was
            // known when the batch was acknowledged.
            """
            CREATE TABLE batch_items (
                id BLOB PRIMARY KEY NOT NULL,
                batch INTEGER NOT NULL REFERENCES batches (seq) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                timestamp TEXT,
                attributes TEXT NOT NULL,
                upload BLOB,
                image BLOB,
                refusal TEXT,
                error TEXT,
                UNIQUE (batch, position)
            ) STRICT
            """,
            // A request that was sent with a key, and the batch that it has made; none while it is under way.
            """
            CREATE TABLE idempotency_keys (
                account BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
                key TEXT NOT NULL,
                fingerprint BLOB,
                batch BLOB,
                date_created INTEGER NOT NULL,
                PRIMARY KEY (account, key)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX idempotency_keys_by_date ON idempotency_keys (date_created)",
            "ALTER TABLE tokens ADD COLUMN quota_bytes INTEGER",
            "ALTER TABLE tokens ADD COLUMN bytes_used INTEGER NOT NULL DEFAULT 0",
        ])
}
