internal import SQL

extension Migration {
    /// The whole schema. Times are microseconds since 1970, dates taken are local seconds since 1970.
    static let createSchema = Migration(
        number: 1, name: "create schema",
        statements: SchemaTables.accounts + SchemaTables.contents + SchemaTables.images + SchemaTables.imageOrders
            + SchemaTables.searchIndexes + SchemaTables.tags + SchemaTables.jobs + SchemaTables.archives
            + SchemaTriggers.counters + SchemaTriggers.usage + SchemaTriggers.tagUsage + builtIn)

    /// The built-in account, which owns uploads without an account.
    private static let builtIn: [SQLQuery] = [
        """
        INSERT INTO accounts (id, handle, handle_key, role, date_created)
        VALUES (x'00000000000000000000000000000001', 'root', 'root', 'admin', 0)
        """
    ]
}

/// The tables of the first migration, with their indexes.
enum SchemaTables {
    /// Accounts, their sessions, tokens and invitations. The uniqueness of handles ignores case.
    static let accounts: [SQLQuery] = [
        """
        CREATE TABLE accounts (
            id BLOB PRIMARY KEY NOT NULL,
            handle TEXT NOT NULL UNIQUE,
            handle_key TEXT NOT NULL,
            role TEXT NOT NULL DEFAULT 'member',
            password TEXT,
            is_disabled INTEGER NOT NULL DEFAULT 0,
            quota_bytes INTEGER,
            image_count INTEGER NOT NULL DEFAULT 0,
            bytes_used INTEGER NOT NULL DEFAULT 0,
            date_created INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE UNIQUE INDEX accounts_by_handle_key ON accounts (handle_key)",
        """
        CREATE TABLE sessions (
            id BLOB PRIMARY KEY NOT NULL,
            account BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
            refresh_digest BLOB NOT NULL UNIQUE,
            former_digest BLOB,
            date_created INTEGER NOT NULL,
            date_used INTEGER NOT NULL,
            expires INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX sessions_by_account ON sessions (account)",
        "CREATE INDEX sessions_by_former_digest ON sessions (former_digest) WHERE former_digest IS NOT NULL",
        "CREATE INDEX sessions_by_expiry ON sessions (expires)",
        """
        CREATE TABLE tokens (
            id BLOB PRIMARY KEY NOT NULL,
            account BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            digest BLOB NOT NULL UNIQUE,
            scopes TEXT NOT NULL,
            date_created INTEGER NOT NULL,
            date_used INTEGER,
            expires INTEGER
        ) STRICT
        """,
        "CREATE INDEX tokens_by_account ON tokens (account)",
        """
        CREATE TABLE invitations (
            id BLOB PRIMARY KEY NOT NULL,
            digest BLOB NOT NULL UNIQUE,
            creator BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
            date_created INTEGER NOT NULL,
            expires INTEGER NOT NULL
        ) STRICT
        """,
    ]

    /// Contents, one for each digest, and their files.
    static let contents: [SQLQuery] = [
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

    /// Images. The columns of filters come first in the row, so that a scan does not read the long texts. Format, size,
    /// date taken and state belong to the content. They are repeated here so that a search reads one table.
    ///
    /// An owner has one image of a content, except for images that do not exclude duplicates (`docs/decisions/0035`).
    static let images: [SQLQuery] = [
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
            gave_up_original INTEGER NOT NULL DEFAULT 0,
            excludes_duplicates INTEGER NOT NULL DEFAULT 1,
            camera TEXT,
            title_key TEXT NOT NULL,
            title TEXT NOT NULL,
            tags TEXT NOT NULL,
            attributes TEXT NOT NULL,
            description TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX images_by_digest ON images (digest)",
        """
        CREATE UNIQUE INDEX images_by_owner_and_digest ON images (owner, digest) WHERE excludes_duplicates = 1
        """,
        "CREATE INDEX images_without_thumbnail ON images (seq) WHERE has_thumbnail = 0",
        "CREATE INDEX images_without_full_size ON images (seq) WHERE has_full_size = 0",
    ]

    /// One index for each order. SQLite appends `seq` to each. The first also has the date taken, so that a range of
    /// dates is found without reading the rows.
    static let imageOrders: [SQLQuery] = [
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
        "CREATE INDEX images_public_by_added ON images (date_added) WHERE visibility = 'public'",
        "CREATE INDEX images_public_by_taken ON images (date_taken) WHERE visibility = 'public'",
    ]

    /// The indexes of words and places (`docs/decisions/0013`).
    ///
    /// The index of words stores no text (`content = ''`). The number of a row is the image's `seq`. `unicode61` treats
    /// letters and digits as words and everything else, including `_` and `.`, as white space, so that `cat_1.jpg` has
    /// the word `cat`. Places are points of the unit sphere. The tree stores them as 32-bit numbers, rounded outwards
    /// by about half a metre. `x`, `y` and `z` are exact.
    static let searchIndexes: [SQLQuery] = [
        """
        CREATE VIRTUAL TABLE images_fts USING fts5(
            title, description, tags, attributes, camera, lens,
            content = '', tokenize = 'unicode61 remove_diacritics 2')
        """,
        """
        CREATE VIRTUAL TABLE image_places USING rtree(image, min_x, max_x, min_y, max_y, min_z, max_z, +x, +y, +z)
        """,
    ]

    /// The tags of images, each with its key and the user's spelling, and the number of images with each tag. The kinds
    /// of counts are: all images (0), public images (1), images of an account (2), private images of an account (3).
    static let tags: [SQLQuery] = [
        """
        CREATE TABLE image_tags (
            tag TEXT NOT NULL,
            image INTEGER NOT NULL REFERENCES images (seq) ON DELETE CASCADE,
            name TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (tag, image)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX image_tags_by_image ON image_tags (image)",
        """
        CREATE TABLE tag_usage (
            kind INTEGER NOT NULL,
            owner BLOB NOT NULL,
            tag TEXT NOT NULL,
            name TEXT NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (kind, owner, tag)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX tag_usage_by_count ON tag_usage (kind, owner, count)",
    ]
}
