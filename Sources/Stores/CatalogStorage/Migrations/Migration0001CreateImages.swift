internal import SQL

extension Migration {
    /// Accounts, contents, files and images. Times are microseconds since 1970, dates taken are local seconds since 1970.
    static let createImages = Migration(
        number: 1, name: "create images",
        statements: accounts + contents + files + images + imageOrders + counters)

    private static let accounts: [SQLQuery] = [
        """
        CREATE TABLE accounts (
            id BLOB PRIMARY KEY NOT NULL,
            handle TEXT NOT NULL UNIQUE,
            date_created INTEGER NOT NULL
        ) STRICT
        """,
        "INSERT INTO accounts (id, handle, date_created) VALUES (x'00000000000000000000000000000001', 'root', 0)",
    ]

    private static let contents: [SQLQuery] = [
        """
        CREATE TABLE contents (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            digest BLOB NOT NULL UNIQUE,
            format TEXT NOT NULL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            orientation INTEGER NOT NULL,
            frames INTEGER NOT NULL,
            has_alpha INTEGER NOT NULL,
            has_thumbnail INTEGER NOT NULL DEFAULT 0,
            has_full_size INTEGER NOT NULL DEFAULT 0,
            damage TEXT,
            metadata TEXT NOT NULL,
            exif TEXT
        ) STRICT
        """,
        "CREATE INDEX contents_without_thumbnail ON contents (seq) WHERE has_thumbnail = 0",
        "CREATE INDEX contents_without_full_size ON contents (seq) WHERE has_full_size = 0",
    ]

    private static let files: [SQLQuery] = [
        """
        CREATE TABLE files (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            digest BLOB NOT NULL REFERENCES contents (digest) ON DELETE CASCADE,
            image_type TEXT NOT NULL,
            path TEXT NOT NULL,
            format TEXT NOT NULL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            crc32 INTEGER NOT NULL,
            date_uploaded INTEGER NOT NULL,
            UNIQUE (digest, image_type)
        ) STRICT
        """,
        "CREATE INDEX files_by_type ON files (image_type)",
    ]

    /// What a list filters by comes first in the row, so that a scan need not read the long texts. Format, size, date
    /// taken and state belong to the content; they are repeated here so that a search reads one table.
    private static let images: [SQLQuery] = [
        """
        CREATE TABLE images (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id BLOB NOT NULL UNIQUE,
            digest BLOB NOT NULL REFERENCES contents (digest),
            owner BLOB NOT NULL REFERENCES accounts (id),
            visibility TEXT NOT NULL,
            format TEXT NOT NULL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            date_taken INTEGER,
            date_added INTEGER NOT NULL,
            date_modified INTEGER NOT NULL,
            version INTEGER NOT NULL,
            state INTEGER NOT NULL,
            has_thumbnail INTEGER NOT NULL,
            has_full_size INTEGER NOT NULL,
            title_key TEXT NOT NULL,
            title TEXT NOT NULL,
            tags TEXT NOT NULL,
            attributes TEXT NOT NULL,
            description TEXT NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE image_tags (
            tag TEXT NOT NULL,
            image INTEGER NOT NULL REFERENCES images (seq) ON DELETE CASCADE,
            PRIMARY KEY (tag, image)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX image_tags_by_image ON image_tags (image)",
        "CREATE INDEX images_by_digest ON images (digest)",
        "CREATE UNIQUE INDEX images_by_owner_and_digest ON images (owner, digest)",
        "CREATE INDEX images_without_thumbnail ON images (seq) WHERE has_thumbnail = 0",
        "CREATE INDEX images_without_full_size ON images (seq) WHERE has_full_size = 0",
    ]

    /// One index an order. Each ends with `seq` by itself; the first holds the date taken too, so that a range of it is
    /// looked for without reading the rows.
    private static let imageOrders: [SQLQuery] = [
        "CREATE INDEX images_by_added ON images (date_added, seq, date_taken)",
        "CREATE INDEX images_by_taken ON images (date_taken)",
        "CREATE INDEX images_by_bytes ON images (bytes)",
        "CREATE INDEX images_by_title ON images (title_key)",
        "CREATE INDEX images_by_owner_and_added ON images (owner, date_added)",
        "CREATE INDEX images_by_owner_and_taken ON images (owner, date_taken)",
        "CREATE INDEX images_by_owner_and_bytes ON images (owner, bytes)",
        "CREATE INDEX images_by_owner_and_title ON images (owner, title_key)",
        "CREATE INDEX images_by_format_and_added ON images (format, date_added)",
        "CREATE INDEX images_not_ready ON images (state, date_added) WHERE state <> 1",
    ]

    private static let counters: [SQLQuery] = [
        """
        CREATE TABLE counters (
            name TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, count INTEGER NOT NULL, bytes INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        """
        INSERT INTO counters (name, kind, count, bytes) VALUES
            ('images', 'image', 0, 0), ('original', 'file', 0, 0), ('full-size', 'file', 0, 0),
            ('thumbnail', 'file', 0, 0), ('compressed', 'file', 0, 0)
        """,
        """
        CREATE TRIGGER images_count_up AFTER INSERT ON images BEGIN
            UPDATE counters SET count = count + 1, bytes = bytes + NEW.bytes WHERE name = 'images'; END
        """,
        """
        CREATE TRIGGER images_count_down AFTER DELETE ON images BEGIN
            UPDATE counters SET count = count - 1, bytes = bytes - OLD.bytes WHERE name = 'images'; END
        """,
        """
        CREATE TRIGGER files_count_up AFTER INSERT ON files BEGIN
            UPDATE counters SET count = count + 1, bytes = bytes + NEW.bytes WHERE name = NEW.image_type; END
        """,
        """
        CREATE TRIGGER files_count_down AFTER DELETE ON files BEGIN
            UPDATE counters SET count = count - 1, bytes = bytes - OLD.bytes WHERE name = OLD.image_type; END
        """,
        """
        CREATE TRIGGER files_count_change AFTER UPDATE OF bytes ON files BEGIN
            UPDATE counters SET bytes = bytes + NEW.bytes - OLD.bytes WHERE name = NEW.image_type; END
        """,
    ]
}
