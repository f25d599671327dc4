internal import Domain
internal import SQL

/// Brings the schema up to date.
enum Migrator {
    /// Applies what is missing, in the transaction of `session`.
    ///
    /// - Throws: `DatabaseError` with the code `newerSchema` if the catalogue knows migrations that we do not.
    static func migrate(
        _ session: any SQLSession, _ dialect: Dialect, _ migrations: [Migration], at time: Timestamp
    ) throws {
        try session.execute(
            """
            CREATE TABLE IF NOT EXISTS migrations (
                number INTEGER PRIMARY KEY, name TEXT NOT NULL, date_applied INTEGER NOT NULL)
            """)
        if dialect == .sqlite { try FormerSchema.convert(session, at: time) }
        let current = try session.integer("SELECT coalesce(max(number), 0) FROM migrations")
        let latest = migrations.last?.number ?? 0
        guard current <= latest else {
            throw DatabaseError(
                .newerSchema,
                "the catalogue is of a newer version: its schema is \(current), the newest known here is \(latest)")
        }
        for migration in migrations where migration.number > current {
            for statement in migration.statements { try session.execute(statement) }
            try note(migration, at: time, session)
        }
    }

    /// Notes that a migration has been applied.
    static func note(_ migration: Migration, at time: Timestamp, _ session: any SQLSession) throws {
        try session.execute(
            """
            INSERT INTO migrations (number, name, date_applied)
            VALUES (\(migration.number), \(migration.name), \(time.microseconds))
            """)
    }
}
