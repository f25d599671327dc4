internal import SQL

extension Migration {
    /// Jobs that compress: one a content, format and account that asked, while it is not done.
    static let compressByJob = Migration(
        number: 7, name: "compress by job",
        statements: [
            "ALTER TABLE jobs ADD COLUMN format TEXT",
            "DROP INDEX jobs_one_generate",
            """
            CREATE UNIQUE INDEX jobs_one_generate ON jobs (kind, coalesce(owner, x''))
            WHERE kind NOT IN ('derive', 'compress') AND state IN ('queued', 'running')
            """,
            """
            CREATE UNIQUE INDEX jobs_one_compress ON jobs (digest, coalesce(format, ''), coalesce(owner, x''))
            WHERE kind = 'compress' AND state IN ('queued', 'running')
            """,
            "CREATE INDEX jobs_compressed ON jobs (date_updated) WHERE kind = 'compress' AND state = 'done'",
        ])
}
