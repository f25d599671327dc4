internal import SQL

extension Migration {
    /// What an older version of the program has handled is found, so that it can be inspected and made anew.
    static let contentVersions = Migration(
        number: 7, name: "content versions",
        statements: [
            "ALTER TABLE contents ADD COLUMN inspection INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE contents ADD COLUMN recipe INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE contents ADD COLUMN revision INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE contents ADD COLUMN colour INTEGER",
            "CREATE INDEX contents_by_inspection ON contents (inspection)",
            "CREATE INDEX contents_by_recipe ON contents (recipe)",
        ])
}
