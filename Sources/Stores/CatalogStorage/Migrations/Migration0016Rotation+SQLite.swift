internal import SQL

extension Migration {
    /// Images can be turned (`docs/decisions/0062`). Numbers are those of Exif; 1 is upright.
    static let rotation = Migration(
        number: 16, name: "images can be turned",
        statements: [
            "ALTER TABLE images ADD COLUMN rotation INTEGER NOT NULL DEFAULT 1",
            "ALTER TABLE trash ADD COLUMN rotation INTEGER NOT NULL DEFAULT 1",
            "ALTER TABLE files ADD COLUMN rotation INTEGER NOT NULL DEFAULT 1",
            // A content has renditions for each way in which its images are turned.
            "DROP INDEX files_of_contents",
            "CREATE UNIQUE INDEX files_of_contents ON files (digest, image_type, rotation) WHERE image IS NULL",
        ])
}
