internal import SQL

extension Migration {
    /// What an image shows is a row of its own, and a file may belong to one image alone (`docs/decisions/0042`).
    static let imageFiles = Migration(
        number: 4, name: "image files", statements: files + shown + images + compressJobs)

    /// A table cannot lose a constraint: it is written anew. Its triggers go with it.
    private static let files: [SQLQuery] =
        [
            """
            CREATE TABLE new_files (
                seq INTEGER PRIMARY KEY AUTOINCREMENT,
                digest BLOB NOT NULL REFERENCES contents (digest) ON DELETE CASCADE,
                image INTEGER,
                image_type TEXT NOT NULL,
                path TEXT NOT NULL,
                format TEXT NOT NULL,
                width INTEGER NOT NULL,
                height INTEGER NOT NULL,
                bytes INTEGER NOT NULL,
                crc32 INTEGER NOT NULL,
                date_uploaded INTEGER NOT NULL
            ) STRICT
            """,
            """
            INSERT INTO new_files (seq, digest, image_type, path, format, width, height, bytes, crc32, date_uploaded)
            SELECT seq, digest, image_type, path, format, width, height, bytes, crc32, date_uploaded
            FROM files ORDER BY seq
            """,
            "DROP TABLE files",
            "ALTER TABLE new_files RENAME TO files",
            "CREATE UNIQUE INDEX files_of_contents ON files (digest, image_type) WHERE image IS NULL",
            "CREATE UNIQUE INDEX files_of_images ON files (image, image_type) WHERE image IS NOT NULL",
            "CREATE INDEX files_by_digest ON files (digest)",
        ] + SchemaTriggers.files

    private static let shown: [SQLQuery] = [
        """
        CREATE TABLE image_files (
            image INTEGER NOT NULL REFERENCES images (seq) ON DELETE CASCADE,
            image_type TEXT NOT NULL,
            file INTEGER NOT NULL REFERENCES files (seq) ON DELETE CASCADE,
            date_shown INTEGER NOT NULL,
            PRIMARY KEY (image, image_type)
        ) STRICT, WITHOUT ROWID
        """,
        """
        INSERT INTO image_files (image, image_type, file, date_shown)
        SELECT images.seq, files.image_type, files.seq,
            CASE files.image_type WHEN 'original' THEN images.date_added
                ELSE max(files.date_uploaded, images.date_added) END
        FROM images JOIN files ON files.digest = images.digest
        WHERE NOT (files.image_type = 'original' AND images.gave_up_original = 1)
        """,
        "CREATE INDEX image_files_by_file ON image_files (file)",
        "CREATE INDEX image_files_by_type ON image_files (image_type, image)",
    ]

    private static let images: [SQLQuery] = [
        "ALTER TABLE images ADD COLUMN awaits_files INTEGER NOT NULL DEFAULT 0",
        """
        UPDATE images SET awaits_files = 1
        WHERE state = 0 AND digest IN (SELECT digest FROM jobs WHERE kind = 'derive' AND state <> 'failed')
        """,
        "DROP INDEX contents_without_thumbnail", "DROP INDEX contents_without_full_size",
        "ALTER TABLE contents DROP COLUMN has_thumbnail", "ALTER TABLE contents DROP COLUMN has_full_size",
    ]

    /// A job compresses one image now: that of its owner, or else the oldest of its content.
    private static let compressJobs: [SQLQuery] = [
        """
        UPDATE jobs SET payload = json_set(payload, '$.image', (
            SELECT lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || substr(hex(id), 13, 4) || '-'
                || substr(hex(id), 17, 4) || '-' || substr(hex(id), 21))
            FROM images WHERE seq = coalesce(
                (SELECT min(seq) FROM images WHERE digest = jobs.digest AND owner = jobs.owner),
                (SELECT min(seq) FROM images WHERE digest = jobs.digest))))
        WHERE kind = 'compress'
        """,
        "DELETE FROM jobs WHERE kind = 'compress' AND json_extract(payload, '$.image') IS NULL",
        """
        UPDATE jobs SET unique_key = replace(unique_key, lower(hex(digest)), json_extract(payload, '$.image'))
        WHERE kind = 'compress'
        """,
    ]
}
