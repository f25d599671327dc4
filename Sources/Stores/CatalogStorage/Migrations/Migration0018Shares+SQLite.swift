internal import SQL

extension Migration {
    /// Shares, the images that they name, and the images that their owners have hidden since (`docs/decisions/0060`).
    static let shares = Migration(
        number: 18, name: "shares",
        statements: [
            """
            CREATE TABLE shares (
                seq INTEGER PRIMARY KEY AUTOINCREMENT,
                id BLOB NOT NULL UNIQUE,
                owner BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
                kind TEXT NOT NULL,
                album INTEGER REFERENCES albums (seq) ON DELETE CASCADE,
                include_children INTEGER NOT NULL,
                query TEXT,
                hidden_before INTEGER NOT NULL,
                title TEXT NOT NULL,
                expires INTEGER,
                password TEXT,
                originals INTEGER NOT NULL,
                hide_place INTEGER NOT NULL,
                hide_camera INTEGER NOT NULL,
                upload_album INTEGER REFERENCES albums (seq) ON DELETE SET NULL,
                upload_bytes INTEGER NOT NULL,
                upload_count INTEGER NOT NULL,
                uploaded_bytes INTEGER NOT NULL DEFAULT 0,
                uploaded_count INTEGER NOT NULL DEFAULT 0,
                uses INTEGER NOT NULL DEFAULT 0,
                last_used INTEGER,
                date_created INTEGER NOT NULL,
                date_modified INTEGER NOT NULL
            ) STRICT
            """,
            "CREATE INDEX shares_by_owner ON shares (owner, seq)",
            "CREATE INDEX shares_by_album ON shares (album) WHERE album IS NOT NULL",
            "CREATE INDEX shares_by_upload_album ON shares (upload_album) WHERE upload_album IS NOT NULL",
            // An image keeps its place while it is in the trash, so that no foreign key refers to it.
            """
            CREATE TABLE share_images (
                share INTEGER NOT NULL REFERENCES shares (seq) ON DELETE CASCADE,
                image INTEGER NOT NULL,
                position INTEGER NOT NULL,
                PRIMARY KEY (share, image)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX share_images_by_position ON share_images (share, position, image)",
            "CREATE INDEX share_images_by_image ON share_images (image)",
            // The sequence grows with each image that is hidden: a share has the last one of when it was made.
            """
            CREATE TABLE hidden_images (
                seq INTEGER PRIMARY KEY AUTOINCREMENT,
                image INTEGER NOT NULL UNIQUE
            ) STRICT
            """,
        ] + hiding + leaving)

    /// Whoever makes a public image private wants fewer people to see it: it leaves all shares that there are.
    private static let hiding: [SQLQuery] = [
        """
        CREATE TRIGGER images_hidden_from_shares AFTER UPDATE OF visibility ON images
        WHEN OLD.visibility = 'public' AND NEW.visibility <> 'public'
            AND EXISTS (SELECT 1 FROM shares WHERE owner = NEW.owner) BEGIN
            DELETE FROM hidden_images WHERE image = NEW.seq;
            INSERT INTO hidden_images (image) VALUES (NEW.seq); END
        """,
        """
        CREATE TRIGGER images_public_in_shares AFTER UPDATE OF visibility ON images
        WHEN OLD.visibility <> 'public' AND NEW.visibility = 'public' BEGIN
            DELETE FROM hidden_images WHERE image = NEW.seq; END
        """,
    ]

    /// An image that gets another owner, or is deleted for good, is in no share any more.
    private static let leaving: [SQLQuery] = [
        """
        CREATE TRIGGER images_move_out_of_shares AFTER UPDATE OF owner ON images WHEN OLD.owner <> NEW.owner BEGIN
            DELETE FROM share_images WHERE image = NEW.seq; END
        """,
        """
        CREATE TRIGGER images_out_of_shares AFTER DELETE ON images
        WHEN NOT EXISTS (SELECT 1 FROM trash WHERE seq = OLD.seq) BEGIN
            DELETE FROM share_images WHERE image = OLD.seq;
            DELETE FROM hidden_images WHERE image = OLD.seq; END
        """,
        """
        CREATE TRIGGER trash_deleted_in_shares AFTER INSERT ON trash WHEN NEW.is_deleted = 1 BEGIN
            DELETE FROM share_images WHERE image = NEW.seq;
            DELETE FROM hidden_images WHERE image = NEW.seq; END
        """,
        """
        CREATE TRIGGER trash_out_of_shares AFTER UPDATE OF is_deleted ON trash WHEN NEW.is_deleted = 1 BEGIN
            DELETE FROM share_images WHERE image = NEW.seq;
            DELETE FROM hidden_images WHERE image = NEW.seq; END
        """,
        """
        CREATE TRIGGER trash_moves_out_of_shares AFTER UPDATE OF owner ON trash WHEN OLD.owner <> NEW.owner BEGIN
            DELETE FROM share_images WHERE image = NEW.seq; END
        """,
    ]
}
