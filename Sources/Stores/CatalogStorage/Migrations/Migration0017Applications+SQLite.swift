internal import SQL

extension Migration {
    /// What applications need that keep images for their users (`docs/decisions/0063`).
    static let applications = Migration(
        number: 17, name: "external ids, kept duplicates and tokens for one album",
        statements: [
            "ALTER TABLE accounts ADD COLUMN keeps_duplicates INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE tokens ADD COLUMN album BLOB",
            "ALTER TABLE tokens ADD COLUMN shares_private INTEGER NOT NULL DEFAULT 0",
            // A token that was issued with another one ends with it.
            "ALTER TABLE tokens ADD COLUMN issuer BLOB REFERENCES tokens (id) ON DELETE CASCADE",
            "CREATE INDEX tokens_by_issuer ON tokens (issuer) WHERE issuer IS NOT NULL",
            "ALTER TABLE images ADD COLUMN external_id TEXT",
            "ALTER TABLE trash ADD COLUMN external_id TEXT",
            """
            CREATE UNIQUE INDEX images_by_external_id ON images (external_id, owner) WHERE external_id IS NOT NULL
            """,
        ])
}
