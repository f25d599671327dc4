internal import SQL

extension Migration {
    /// Albums, their images and their members (`docs/decisions/0057`).
    ///
    /// `album_images` has what decides who sees an image in an album, and the date by which it is sorted, so that a page
    /// of an album reads one index. Triggers keep them as the image has them.
    static let albums = Migration(
        number: 14, name: "albums",
        statements: [
            """
            CREATE TABLE albums (
                seq INTEGER PRIMARY KEY AUTOINCREMENT,
                id BLOB NOT NULL UNIQUE,
                owner BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
                parent INTEGER REFERENCES albums (seq) ON DELETE SET NULL,
                title TEXT NOT NULL,
                title_key TEXT NOT NULL,
                description TEXT NOT NULL,
                visibility TEXT NOT NULL,
                image_order TEXT NOT NULL,
                cover BLOB,
                version INTEGER NOT NULL,
                date_created INTEGER NOT NULL,
                date_modified INTEGER NOT NULL
            ) STRICT
            """,
            "CREATE INDEX albums_by_owner ON albums (owner, title_key)",
            "CREATE INDEX albums_by_parent ON albums (parent, title_key)",
            "CREATE INDEX albums_by_title ON albums (title_key)",
            "CREATE INDEX albums_public ON albums (title_key) WHERE visibility = 'public'",
            """
            CREATE TABLE album_members (
                account BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
                album INTEGER NOT NULL REFERENCES albums (seq) ON DELETE CASCADE,
                role TEXT NOT NULL,
                date_added INTEGER NOT NULL,
                PRIMARY KEY (account, album)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX album_members_by_album ON album_members (album)",
            // An image keeps its place while it is in the trash, so that no foreign key refers to it.
            """
            CREATE TABLE album_images (
                album INTEGER NOT NULL REFERENCES albums (seq) ON DELETE CASCADE,
                image INTEGER NOT NULL,
                position TEXT NOT NULL,
                date INTEGER NOT NULL,
                owner BLOB NOT NULL,
                consent INTEGER NOT NULL,
                audience INTEGER NOT NULL,
                is_present INTEGER NOT NULL DEFAULT 1,
                added_by BLOB NOT NULL,
                date_added INTEGER NOT NULL,
                PRIMARY KEY (album, image)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX album_images_by_image ON album_images (image, audience)",
            "CREATE INDEX album_images_by_position ON album_images (album, position, image, audience, owner, is_present)",
            "CREATE INDEX album_images_by_date ON album_images (album, date, image, audience, owner, is_present)",
            """
            CREATE TABLE album_counts (
                album INTEGER NOT NULL REFERENCES albums (seq) ON DELETE CASCADE,
                owner BLOB NOT NULL,
                audience INTEGER NOT NULL,
                count INTEGER NOT NULL,
                PRIMARY KEY (album, owner, audience)
            ) STRICT, WITHOUT ROWID
            """,
        ] + counting + following)

    /// How many images of each owner an album shows to whom; not those in the trash.
    private static let counting: [SQLQuery] = [
        """
        CREATE TRIGGER album_images_count_up AFTER INSERT ON album_images WHEN NEW.is_present = 1 BEGIN
            INSERT INTO album_counts (album, owner, audience, count) VALUES (NEW.album, NEW.owner, NEW.audience, 1)
            ON CONFLICT (album, owner, audience) DO UPDATE SET count = count + 1; END
        """,
        """
        CREATE TRIGGER album_images_count_down AFTER DELETE ON album_images WHEN OLD.is_present = 1 BEGIN
            UPDATE album_counts SET count = count - 1
            WHERE album = OLD.album AND owner = OLD.owner AND audience = OLD.audience; END
        """,
        """
        CREATE TRIGGER album_images_count_out AFTER UPDATE OF owner, audience, is_present ON album_images
        WHEN OLD.is_present = 1 BEGIN
            UPDATE album_counts SET count = count - 1
            WHERE album = OLD.album AND owner = OLD.owner AND audience = OLD.audience; END
        """,
        """
        CREATE TRIGGER album_images_count_in AFTER UPDATE OF owner, audience, is_present ON album_images
        WHEN NEW.is_present = 1 BEGIN
            INSERT INTO album_counts (album, owner, audience, count) VALUES (NEW.album, NEW.owner, NEW.audience, 1)
            ON CONFLICT (album, owner, audience) DO UPDATE SET count = count + 1; END
        """,
    ]

    /// What an image's owner does with it counts in all albums at once. The agreement to show a private image ends when
    /// the image becomes public, or somebody else's.
    private static let following: [SQLQuery] = [
        """
        CREATE TRIGGER images_in_albums AFTER UPDATE OF owner, visibility, date_taken ON images
        WHEN OLD.owner <> NEW.owner OR OLD.visibility <> NEW.visibility OR OLD.date_taken IS NOT NEW.date_taken BEGIN
            UPDATE album_images SET owner = NEW.owner, date = coalesce(NEW.date_taken, NEW.date_added / 1000),
                consent = CASE WHEN OLD.owner = NEW.owner AND OLD.visibility = NEW.visibility THEN consent ELSE 0 END,
                audience = CASE WHEN NEW.visibility = 'public' THEN 2
                    WHEN OLD.owner = NEW.owner AND OLD.visibility = NEW.visibility THEN consent ELSE 0 END
            WHERE image = NEW.seq; END
        """,
        """
        CREATE TRIGGER images_into_albums AFTER INSERT ON images BEGIN
            UPDATE album_images SET is_present = 1, date = coalesce(NEW.date_taken, NEW.date_added / 1000)
            WHERE image = NEW.seq; END
        """,
        """
        CREATE TRIGGER images_out_of_albums AFTER DELETE ON images
        WHEN NOT EXISTS (SELECT 1 FROM trash WHERE seq = OLD.seq) BEGIN
            DELETE FROM album_images WHERE image = OLD.seq; END
        """,
        """
        CREATE TRIGGER trash_in_albums AFTER INSERT ON trash WHEN NEW.is_deleted = 0 BEGIN
            UPDATE album_images SET is_present = 0 WHERE image = NEW.seq; END
        """,
        """
        CREATE TRIGGER trash_deleted_in_albums AFTER INSERT ON trash WHEN NEW.is_deleted = 1 BEGIN
            DELETE FROM album_images WHERE image = NEW.seq; END
        """,
        """
        CREATE TRIGGER trash_out_of_albums AFTER UPDATE OF is_deleted ON trash WHEN NEW.is_deleted = 1 BEGIN
            DELETE FROM album_images WHERE image = NEW.seq; END
        """,
        """
        CREATE TRIGGER trash_moves_in_albums AFTER UPDATE OF owner ON trash WHEN OLD.owner <> NEW.owner BEGIN
            UPDATE album_images SET owner = NEW.owner, consent = 0,
                audience = CASE NEW.visibility WHEN 'public' THEN 2 ELSE 0 END
            WHERE image = NEW.seq; END
        """,
    ]
}
