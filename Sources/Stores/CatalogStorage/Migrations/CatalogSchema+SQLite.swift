internal import SQL

extension CatalogSchema {
    static let sqlite = CatalogSchema(
        migrationsTable: """
            CREATE TABLE IF NOT EXISTS migrations (
                number INTEGER PRIMARY KEY, name TEXT NOT NULL, date_applied INTEGER NOT NULL)
            """,
        convertFormer: FormerSchema.convert,
        migrations: [
            .createSchema, .sessionGenerations, .quotaOfOriginals, .imageFiles, .quotaOfAttributes, .datesAndPlaces,
            .contentVersions, .batches, .attributes, .editing, .resumableUploads, .trash, .bulkChanges, .albums,
            .publicParts, .rotation, .applications, .shares, .changes, .formerOriginals,
            .archiveProgress, .webhooks, .selections,
        ])
}
