internal import SQL

extension Migration {
    /// The feed of changes (`docs/decisions/0061`).
    ///
    /// A row says who has to look at an image again: the account that owns it, everybody, or the readers of an album that
    /// shows it although it is private. A row without an image says that an account has begun or ceased to read an album.
    /// Triggers write them, so that no statement can change an image without one.
    static let changes = Migration(
        number: 19, name: "changes",
        statements: [
            """
            CREATE TABLE changes (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                date INTEGER NOT NULL,
                kind TEXT NOT NULL,
                account BLOB,
                is_public INTEGER NOT NULL DEFAULT 0,
                public_kind TEXT,
                is_of_album INTEGER NOT NULL DEFAULT 0,
                album INTEGER,
                image INTEGER,
                id BLOB
            ) STRICT
            """,
            "CREATE INDEX changes_by_account ON changes (account, sequence) WHERE account IS NOT NULL",
            "CREATE INDEX changes_public ON changes (is_public, sequence) WHERE is_public = 1",
            "CREATE INDEX changes_of_albums ON changes (is_of_album, sequence) WHERE is_of_album = 1",
            "CREATE INDEX changes_by_album ON changes (album, image, sequence) WHERE album IS NOT NULL",
            // Between which sequences an account has read an album, as its owner or a member.
            """
            CREATE TABLE album_readers (
                album INTEGER NOT NULL,
                account BLOB NOT NULL,
                since INTEGER NOT NULL,
                until INTEGER,
                PRIMARY KEY (album, account, since)
            ) STRICT, WITHOUT ROWID
            """,
            """
            INSERT INTO album_readers (album, account, since)
            SELECT seq, owner, 0 FROM albums UNION SELECT album, account, 0 FROM album_members
            """,
            // For the progress of an account's jobs in its stream of events.
            "CREATE INDEX jobs_by_owner ON jobs (owner, date_updated, seq) WHERE owner IS NOT NULL",
            // The table is never empty, so that every cursor names a row.
            "INSERT INTO changes (date, kind) SELECT \(sql: changeDate), 'begun'",
        ] + ofImages + ofAlbumImages + ofAlbums)

    /// This moment, in microseconds.
    static let changeDate: SQLQuery = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000"

    private static let columns: SQLQuery = "date, kind, account, is_public, public_kind, image, id"
    private static let albumColumns: SQLQuery = "date, kind, is_public, public_kind, is_of_album, album, image, id"

    /// Whether everybody sees a private image in an album.
    private static let isShownToAll: SQLQuery = "(shown.consent = 2 AND albums.visibility = 'public')"

    /// What happened to an image, for the readers of the albums that show it although it is private.
    private static func inAlbums(_ kind: SQLQuery, _ image: SQLQuery, where condition: SQLQuery) -> SQLQuery {
        """
        INSERT INTO changes (\(sql: albumColumns))
        SELECT \(sql: changeDate), \(sql: kind), \(sql: isShownToAll), CASE WHEN \(sql: isShownToAll) THEN \(sql: kind) END,
            NOT \(sql: isShownToAll), CASE WHEN NOT \(sql: isShownToAll) THEN shown.album END, \(sql: image).seq, \(sql: image).id
        FROM album_images AS shown JOIN albums ON albums.seq = shown.album
        WHERE shown.image = \(sql: image).seq AND shown.consent > 0 AND shown.is_present = 1\(sql: condition);
        """
    }

    private static let updateKind: SQLQuery = """
        CASE WHEN NEW.state = 1 AND OLD.state <> 1 THEN 'ready' WHEN NEW.state = 2 AND OLD.state <> 2 THEN 'damaged'
        ELSE 'changed' END
        """

    private static let ofImages: [SQLQuery] = [
        """
        CREATE TRIGGER images_add_change AFTER INSERT ON images BEGIN
            INSERT INTO changes (\(sql: columns))
            SELECT \(sql: changeDate), CASE WHEN EXISTS (SELECT 1 FROM trash WHERE seq = NEW.seq) THEN 'restored' ELSE 'added' END,
                NEW.owner, NEW.visibility = 'public', CASE NEW.visibility WHEN 'public' THEN 'added' END, NEW.seq, NEW.id;
            END
        """,
        """
        CREATE TRIGGER images_change AFTER UPDATE OF version, state, owner, visibility ON images
        WHEN OLD.version <> NEW.version OR OLD.state <> NEW.state OR OLD.owner <> NEW.owner
            OR OLD.visibility <> NEW.visibility BEGIN
            INSERT INTO changes (\(sql: columns))
            SELECT \(sql: changeDate), 'withdrawn', OLD.owner, 0, NULL, NEW.seq, NEW.id WHERE OLD.owner <> NEW.owner;
            INSERT INTO changes (\(sql: columns))
            SELECT \(sql: changeDate), CASE WHEN OLD.owner <> NEW.owner THEN 'transferred' ELSE \(sql: updateKind) END, NEW.owner,
                OLD.visibility = 'public' OR NEW.visibility = 'public',
                CASE WHEN OLD.visibility = 'public' AND NEW.visibility = 'public' THEN \(sql: updateKind)
                    WHEN NEW.visibility = 'public' THEN 'added' WHEN OLD.visibility = 'public' THEN 'deleted' END,
                NEW.seq, NEW.id;
            \(sql: inAlbums(updateKind, "NEW", where: " AND OLD.owner = NEW.owner AND OLD.visibility = NEW.visibility"))
            END
        """,
        // Before, because the rows of albums go with the image.
        """
        CREATE TRIGGER images_remove_change BEFORE DELETE ON images BEGIN
            INSERT INTO changes (\(sql: columns))
            SELECT \(sql: changeDate),
                CASE WHEN EXISTS (SELECT 1 FROM trash WHERE seq = OLD.seq AND is_deleted = 0) THEN 'trashed'
                    ELSE 'deleted' END,
                OLD.owner, OLD.visibility = 'public', CASE OLD.visibility WHEN 'public' THEN 'deleted' END, OLD.seq, OLD.id;
            \(sql: inAlbums("'deleted'", "OLD", where: ""))
            END
        """,
        """
        CREATE TRIGGER trash_delete_change AFTER UPDATE OF is_deleted ON trash
        WHEN OLD.is_deleted = 0 AND NEW.is_deleted = 1 BEGIN
            INSERT INTO changes (\(sql: columns))
            SELECT \(sql: changeDate), 'deleted', NEW.owner, 0, NULL, NEW.seq, NEW.id;
            END
        """,
        """
        CREATE TRIGGER trash_transfer_change AFTER UPDATE OF owner ON trash
        WHEN OLD.owner <> NEW.owner AND NEW.is_deleted = 0 BEGIN
            INSERT INTO changes (\(sql: columns))
            SELECT \(sql: changeDate), 'withdrawn', OLD.owner, 0, NULL, NEW.seq, NEW.id
            UNION ALL SELECT \(sql: changeDate), 'trashed', NEW.owner, 0, NULL, NEW.seq, NEW.id;
            END
        """,
    ]

    /// A private image that enters or leaves what an album shows, for two levels of consent: of the row before and after.
    /// Public images do not concern the readers of albums, who see them anyway.
    private static func levels(_ old: SQLQuery, _ new: SQLQuery, of row: SQLQuery) -> SQLQuery {
        """
        INSERT INTO changes (\(sql: albumColumns))
        SELECT \(sql: changeDate), CASE WHEN \(sql: new) > 0 THEN 'added' ELSE 'deleted' END, is_public,
            CASE is_public WHEN 1 THEN CASE \(sql: new) WHEN 2 THEN 'added' ELSE 'deleted' END END,
            1 - is_public, CASE is_public WHEN 0 THEN \(sql: row).album END, seq, id
        FROM (SELECT seq, id, (\(sql: old) = 2) <> (\(sql: new) = 2) AND EXISTS (
                SELECT 1 FROM albums WHERE albums.seq = \(sql: row).album AND visibility = 'public') AS is_public
            FROM images WHERE seq = \(sql: row).image) AS image
        WHERE is_public = 1 OR (\(sql: old) > 0) <> (\(sql: new) > 0);
        """
    }

    private static let ofAlbumImages: [SQLQuery] = [
        """
        CREATE TRIGGER album_images_add_change AFTER INSERT ON album_images
        WHEN NEW.consent > 0 AND NEW.is_present = 1 BEGIN
            \(sql: levels("0", "NEW.consent", of: "NEW"))
            END
        """,
        """
        CREATE TRIGGER album_images_change AFTER UPDATE OF consent, is_present ON album_images
        WHEN OLD.consent * OLD.is_present <> NEW.consent * NEW.is_present AND (NEW.consent > 0 OR NEW.audience < 2) BEGIN
            \(sql: levels("(OLD.consent * OLD.is_present)", "(NEW.consent * NEW.is_present)", of: "NEW"))
            END
        """,
        """
        CREATE TRIGGER album_images_remove_change AFTER DELETE ON album_images
        WHEN OLD.consent > 0 AND OLD.is_present = 1 BEGIN
            \(sql: levels("OLD.consent", "0", of: "OLD"))
            END
        """,
    ]

    /// What everybody sees in an album appears or disappears.
    private static func forEverybody(_ kind: SQLQuery, _ album: SQLQuery, where condition: SQLQuery) -> SQLQuery {
        """
        INSERT INTO changes (\(sql: albumColumns))
        SELECT \(sql: changeDate), \(sql: kind), 1, \(sql: kind), 0, NULL, images.seq, images.id
        FROM album_images AS shown JOIN images ON images.seq = shown.image
        WHERE shown.album = \(sql: album).seq AND shown.consent = 2 AND shown.is_present = 1\(sql: condition);
        """
    }

    private static func begin(_ account: SQLQuery, _ album: SQLQuery) -> SQLQuery {
        """
        INSERT INTO changes (date, kind, account, album) SELECT \(sql: changeDate), 'joined', \(sql: account), \(sql: album);
        INSERT INTO album_readers (album, account, since)
        SELECT \(sql: album), \(sql: account), max(sequence) FROM changes;
        """
    }

    private static func end(_ account: SQLQuery, _ album: SQLQuery) -> SQLQuery {
        """
        INSERT INTO changes (date, kind, account, album) SELECT \(sql: changeDate), 'left', \(sql: account), \(sql: album);
        UPDATE album_readers SET until = (SELECT max(sequence) FROM changes)
        WHERE album = \(sql: album) AND account = \(sql: account) AND until IS NULL;
        """
    }

    private static let ofAlbums: [SQLQuery] = [
        """
        CREATE TRIGGER album_members_add_change AFTER INSERT ON album_members BEGIN
            \(sql: begin("NEW.account", "NEW.album"))
            END
        """,
        """
        CREATE TRIGGER album_members_remove_change AFTER DELETE ON album_members BEGIN
            \(sql: end("OLD.account", "OLD.album"))
            END
        """,
        """
        CREATE TRIGGER albums_add_change AFTER INSERT ON albums BEGIN
            INSERT INTO album_readers (album, account, since) SELECT NEW.seq, NEW.owner, max(sequence) FROM changes;
            END
        """,
        """
        CREATE TRIGGER albums_owner_change AFTER UPDATE OF owner ON albums WHEN OLD.owner <> NEW.owner BEGIN
            \(sql: end("OLD.owner", "OLD.seq"))
            \(sql: begin("NEW.owner", "NEW.seq"))
            END
        """,
        """
        CREATE TRIGGER albums_visibility_change AFTER UPDATE OF visibility ON albums
        WHEN OLD.visibility <> NEW.visibility BEGIN
            \(sql: forEverybody("CASE NEW.visibility WHEN 'public' THEN 'added' ELSE 'deleted' END", "NEW", where: ""))
            END
        """,
        """
        CREATE TRIGGER albums_remove_change BEFORE DELETE ON albums BEGIN
            \(sql: forEverybody("'deleted'", "OLD", where: " AND OLD.visibility = 'public'"))
            END
        """,
    ]
}
