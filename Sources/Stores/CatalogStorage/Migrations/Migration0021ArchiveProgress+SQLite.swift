internal import SQL

extension Migration {
    /// How far the last download of an archive is.
    static let archiveProgress = Migration(
        number: 21, name: "archive progress",
        statements: [
            "ALTER TABLE archives ADD COLUMN bytes_sent INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE archives ADD COLUMN date_sent INTEGER",
            "CREATE INDEX archives_by_sending ON archives (owner, date_sent) WHERE date_sent IS NOT NULL",
        ])
}
