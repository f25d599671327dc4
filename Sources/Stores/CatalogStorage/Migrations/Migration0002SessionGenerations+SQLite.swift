internal import SQL

extension Migration {
    /// Sessions count how often they were refreshed, instead of keeping digests of tokens (`docs/decisions/0040`). The
    /// former tokens are not valid any more: sessions begin again with a login.
    static let sessionGenerations = Migration(
        number: 2, name: "session generations",
        statements: [
            "DROP TABLE sessions",
            """
            CREATE TABLE sessions (
                id BLOB PRIMARY KEY NOT NULL,
                account BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
                generation INTEGER NOT NULL,
                user_agent TEXT,
                address TEXT NOT NULL,
                date_created INTEGER NOT NULL,
                date_used INTEGER NOT NULL,
                expires INTEGER NOT NULL,
                ends INTEGER NOT NULL
            ) STRICT
            """,
            "CREATE INDEX sessions_by_account ON sessions (account)",
            "CREATE INDEX sessions_by_expiry ON sessions (expires)",
        ])
}
