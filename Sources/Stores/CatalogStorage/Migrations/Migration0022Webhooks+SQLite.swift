internal import SQL

extension Migration {
    /// Webhooks, their places in the feed of changes, and their last attempts (`docs/decisions/0064`).
    static let webhooks = Migration(
        number: 22, name: "webhooks",
        statements: [
            """
            CREATE TABLE webhooks (
                seq INTEGER PRIMARY KEY AUTOINCREMENT,
                id BLOB NOT NULL UNIQUE,
                job_key TEXT NOT NULL,
                account BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
                address TEXT NOT NULL,
                kinds TEXT,
                description TEXT NOT NULL,
                secret BLOB NOT NULL,
                former_secret BLOB,
                former_until INTEGER,
                sees_all INTEGER NOT NULL,
                position INTEGER NOT NULL,
                position_date INTEGER NOT NULL,
                position_image INTEGER,
                owes_reset INTEGER NOT NULL DEFAULT 0,
                date_reset INTEGER,
                date_disabled INTEGER,
                disabled_reason TEXT,
                failures INTEGER NOT NULL DEFAULT 0,
                failing_since INTEGER,
                retry_at INTEGER,
                last_delivered INTEGER,
                date_created INTEGER NOT NULL,
                date_modified INTEGER NOT NULL
            ) STRICT
            """,
            "CREATE INDEX webhooks_by_account ON webhooks (account, seq)",
            "CREATE INDEX webhooks_enabled ON webhooks (seq) WHERE date_disabled IS NULL",
            """
            CREATE TABLE webhook_attempts (
                seq INTEGER PRIMARY KEY AUTOINCREMENT,
                webhook INTEGER NOT NULL REFERENCES webhooks (seq) ON DELETE CASCADE,
                message TEXT NOT NULL,
                kind TEXT NOT NULL,
                date INTEGER NOT NULL,
                milliseconds INTEGER NOT NULL,
                status INTEGER,
                error TEXT,
                changes INTEGER NOT NULL,
                retry_at INTEGER
            ) STRICT
            """,
            "CREATE INDEX webhook_attempts_by_webhook ON webhook_attempts (webhook, seq)",
            // An account that is no admin any more begins anew, as every reader of the feed does.
            """
            CREATE TRIGGER webhooks_of_former_admins AFTER UPDATE OF role ON accounts
            WHEN OLD.role = 'admin' AND NEW.role <> 'admin' BEGIN
                UPDATE webhooks SET sees_all = 0, owes_reset = 1, date_reset = \(sql: now),
                    position = (SELECT max(sequence) FROM changes), position_image = NULL,
                    position_date = (SELECT date FROM changes ORDER BY sequence DESC LIMIT 1)
                WHERE account = NEW.id AND sees_all = 1; END
            """,
        ])

    /// This moment, in microseconds.
    private static let now: SQLQuery = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000"
}
