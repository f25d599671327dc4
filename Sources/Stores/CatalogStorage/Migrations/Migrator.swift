internal import Domain
internal import SQL

/// Brings the schema up to date.
enum Migrator {
    /// Applies the missing migrations in the transaction of `session`.
    ///
    /// - Throws: `DatabaseError` with the code `newerSchema` if the catalogue has migrations that the schema does not.
    static func migrate(_ session: any SQLSession, to schema: CatalogSchema, at time: Timestamp) throws {
        try session.execute(schema.migrationsTable)
        try schema.convertFormer(session, time)
        let current = try session.integer("SELECT coalesce(max(number), 0) FROM migrations")
        let latest = schema.migrations.last?.number ?? 0
        guard current <= latest else {
            throw DatabaseError(
                .newerSchema,
                "a newer version wrote the catalogue: its schema is \(current), the newest known here is \(latest)")
        }
        for migration in schema.migrations where migration.number > current {
            for statement in migration.statements { try session.execute(statement) }
            try migration.convert(session)
            try record(migration, at: time, session)
        }
    }

    /// Records that a migration has been applied.
    static func record(_ migration: Migration, at time: Timestamp, _ session: any SQLSession) throws {
        try session.execute(
            """
            INSERT INTO migrations (number, name, date_applied)
            VALUES (\(migration.number), \(migration.name), \(time.microseconds))
            """)
    }
}
