internal import SQL

extension Migration {
    /// Images that accounts have selected, for an hour (`docs/decisions/0065`).
    static let selections = Migration(
        number: 23, name: "selections",
        statements: [
            """
            CREATE TABLE selections (
                seq INTEGER PRIMARY KEY AUTOINCREMENT,
                id BLOB NOT NULL UNIQUE,
                owner BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
                expires INTEGER NOT NULL
            ) STRICT
            """,
            "CREATE INDEX selections_by_owner ON selections (owner, seq)",
            "CREATE INDEX selections_by_expiry ON selections (expires)",
            // The sequences of some images, as a JSON array, in the order of the selection. An image keeps its sequence
            // while it is in the trash, and no other image gets it, so that no foreign key refers to it.
            """
            CREATE TABLE selection_chunks (
                seq INTEGER PRIMARY KEY,
                selection INTEGER NOT NULL REFERENCES selections (seq) ON DELETE CASCADE,
                number INTEGER NOT NULL,
                images TEXT NOT NULL,
                UNIQUE (selection, number)
            ) STRICT
            """,
        ])
}
