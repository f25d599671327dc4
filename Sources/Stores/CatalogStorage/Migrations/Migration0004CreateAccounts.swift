internal import SQL

extension Migration {
    /// What accounts need to log in and to be told apart, their sessions, tokens and invitations, and whose jobs are whose.
    static let createAccounts = Migration(
        number: 4, name: "create accounts",
        statements: accountColumns + usage + sessions + tokens + invitations + ownership)

    /// Handles are unique without regard to case. An account without a password cannot log in.
    private static let accountColumns: [SQLQuery] = [
        "ALTER TABLE accounts ADD COLUMN handle_key TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE accounts ADD COLUMN role TEXT NOT NULL DEFAULT 'member'",
        "ALTER TABLE accounts ADD COLUMN password TEXT",
        "ALTER TABLE accounts ADD COLUMN is_disabled INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE accounts ADD COLUMN quota_bytes INTEGER",
        "ALTER TABLE accounts ADD COLUMN image_count INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE accounts ADD COLUMN bytes_used INTEGER NOT NULL DEFAULT 0",
        """
        UPDATE accounts SET handle_key = lower(handle), role = CASE WHEN handle = 'root' THEN 'admin' ELSE 'member' END,
            image_count = (SELECT count(*) FROM images WHERE owner = accounts.id),
            bytes_used = (SELECT coalesce(sum(bytes), 0) FROM images WHERE owner = accounts.id)
        """,
        "CREATE UNIQUE INDEX accounts_by_handle_key ON accounts (handle_key)",
    ]

    /// Kept up to date with every write, so that a quota is one comparison.
    private static let usage: [SQLQuery] = [
        """
        CREATE TRIGGER images_usage_up AFTER INSERT ON images BEGIN
            UPDATE accounts SET image_count = image_count + 1, bytes_used = bytes_used + NEW.bytes
            WHERE id = NEW.owner; END
        """,
        """
        CREATE TRIGGER images_usage_down AFTER DELETE ON images BEGIN
            UPDATE accounts SET image_count = image_count - 1, bytes_used = bytes_used - OLD.bytes
            WHERE id = OLD.owner; END
        """,
        """
        CREATE TRIGGER images_usage_move AFTER UPDATE OF owner ON images BEGIN
            UPDATE accounts SET image_count = image_count - 1, bytes_used = bytes_used - OLD.bytes
            WHERE id = OLD.owner;
            UPDATE accounts SET image_count = image_count + 1, bytes_used = bytes_used + NEW.bytes
            WHERE id = NEW.owner; END
        """,
    ]

    /// A session ends when its row goes. Its refresh token is known by its digest only, and replaced at every use.
    private static let sessions: [SQLQuery] = [
        """
        CREATE TABLE sessions (
            id BLOB PRIMARY KEY NOT NULL,
            account BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
            refresh_digest BLOB NOT NULL UNIQUE,
            former_digest BLOB,
            date_created INTEGER NOT NULL,
            date_used INTEGER NOT NULL,
            expires INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX sessions_by_account ON sessions (account)",
        "CREATE INDEX sessions_by_former_digest ON sessions (former_digest) WHERE former_digest IS NOT NULL",
        "CREATE INDEX sessions_by_expiry ON sessions (expires)",
    ]

    private static let tokens: [SQLQuery] = [
        """
        CREATE TABLE tokens (
            id BLOB PRIMARY KEY NOT NULL,
            account BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            digest BLOB NOT NULL UNIQUE,
            scopes TEXT NOT NULL,
            date_created INTEGER NOT NULL,
            date_used INTEGER,
            expires INTEGER
        ) STRICT
        """,
        "CREATE INDEX tokens_by_account ON tokens (account)",
    ]

    private static let invitations: [SQLQuery] = [
        """
        CREATE TABLE invitations (
            id BLOB PRIMARY KEY NOT NULL,
            digest BLOB NOT NULL UNIQUE,
            creator BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
            date_created INTEGER NOT NULL,
            expires INTEGER NOT NULL
        ) STRICT
        """
    ]

    /// Whose missing renditions a `generate-…` job is about, all where it is NULL; and which images have given up their
    /// original, though others of the same content have not.
    private static let ownership: [SQLQuery] = [
        "ALTER TABLE jobs ADD COLUMN owner BLOB REFERENCES accounts (id) ON DELETE CASCADE",
        "DROP INDEX jobs_one_generate",
        """
        CREATE UNIQUE INDEX jobs_one_generate ON jobs (kind, coalesce(owner, x''))
        WHERE kind <> 'derive' AND state IN ('queued', 'running')
        """,
        "ALTER TABLE images ADD COLUMN gave_up_original INTEGER NOT NULL DEFAULT 0",
    ]
}
