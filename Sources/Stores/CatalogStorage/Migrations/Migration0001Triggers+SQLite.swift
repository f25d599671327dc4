internal import SQL

/// The triggers of the first migration, with the tables that only triggers write.
enum SchemaTriggers {
    /// The numbers of images and files, and their bytes.
    static let counters: [SQLQuery] =
        [
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
        ] + files

    /// The triggers of `files`, which the fourth migration writes anew.
    static let files: [SQLQuery] = [
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

    /// The images and bytes of each account, so that checking a quota is one comparison.
    static let usage: [SQLQuery] = [
        """
        CREATE TRIGGER images_usage_up AFTER INSERT ON images BEGIN
            UPDATE accounts SET image_count = image_count + 1, bytes_used = bytes_used + NEW.bytes
            WHERE id = NEW.owner; END
        """,
        """
        CREATE TRIGGER images_usage_down AFTER DELETE ON images BEGIN
            UPDATE accounts SET image_count = image_count - 1, bytes_used = bytes_used - OLD.bytes
            WHERE id = OLD.owner; END
        """,
        """
        CREATE TRIGGER images_usage_move AFTER UPDATE OF owner ON images BEGIN
            UPDATE accounts SET image_count = image_count - 1, bytes_used = bytes_used - OLD.bytes
            WHERE id = OLD.owner;
            UPDATE accounts SET image_count = image_count + 1, bytes_used = bytes_used + NEW.bytes
            WHERE id = NEW.owner; END
        """,
    ]

    /// The use of each tag (`docs/decisions/0014`).
    static let tagUsage: [SQLQuery] = [
        """
        CREATE TRIGGER image_tags_count_up AFTER INSERT ON image_tags BEGIN
            INSERT INTO tag_usage (kind, owner, tag, name, count)
            SELECT 0, x'', NEW.tag, NEW.name, 1
            UNION ALL SELECT 2, owner, NEW.tag, NEW.name, 1 FROM images WHERE seq = NEW.image
            UNION ALL SELECT 1, x'', NEW.tag, NEW.name, 1 FROM images WHERE seq = NEW.image AND visibility = 'public'
            UNION ALL SELECT 3, owner, NEW.tag, NEW.name, 1 FROM images WHERE seq = NEW.image AND visibility <> 'public'
            ON CONFLICT (kind, owner, tag) DO UPDATE SET count = count + 1; END
        """,
        """
        CREATE TRIGGER image_tags_count_down BEFORE DELETE ON image_tags BEGIN
            UPDATE tag_usage SET count = count - 1
            FROM (SELECT owner, CASE visibility WHEN 'public' THEN 1 ELSE 3 END AS kind FROM images
                WHERE seq = OLD.image) AS image
            WHERE tag_usage.tag = OLD.tag AND (tag_usage.kind, tag_usage.owner) IN (VALUES (0, x''), (2, image.owner),
                (image.kind, CASE image.kind WHEN 1 THEN x'' ELSE image.owner END));
            DELETE FROM tag_usage WHERE count <= 0 AND tag = OLD.tag AND (kind, owner) IN (
                SELECT 0, x'' UNION ALL SELECT 1, x''
                UNION ALL SELECT 2, owner FROM images WHERE seq = OLD.image
                UNION ALL SELECT 3, owner FROM images WHERE seq = OLD.image); END
        """,
        // While the image still exists, so that its tags are counted down. The foreign key would delete them too late.
        """
        CREATE TRIGGER images_drop_tags BEFORE DELETE ON images BEGIN
            DELETE FROM image_tags WHERE image = OLD.seq; END
        """,
        // A change of owner or visibility removes the counts of the tags and adds them again.
        """
        CREATE TRIGGER images_move_tags_out BEFORE UPDATE OF owner, visibility ON images
        WHEN OLD.owner <> NEW.owner OR OLD.visibility <> NEW.visibility BEGIN
            UPDATE tag_usage SET count = count - 1
            WHERE tag IN (SELECT tag FROM image_tags WHERE image = OLD.seq) AND (kind, owner) IN (VALUES
                (2, OLD.owner), (CASE OLD.visibility WHEN 'public' THEN 1 ELSE 3 END,
                    CASE OLD.visibility WHEN 'public' THEN x'' ELSE OLD.owner END));
            DELETE FROM tag_usage WHERE count <= 0 AND tag IN (SELECT tag FROM image_tags WHERE image = OLD.seq)
                AND (kind, owner) IN (VALUES (1, x''), (2, OLD.owner), (3, OLD.owner)); END
        """,
        """
        CREATE TRIGGER images_move_tags_in AFTER UPDATE OF owner, visibility ON images
        WHEN OLD.owner <> NEW.owner OR OLD.visibility <> NEW.visibility BEGIN
            INSERT INTO tag_usage (kind, owner, tag, name, count)
            SELECT 2, NEW.owner, tag, name, 1 FROM image_tags WHERE image = NEW.seq
            UNION ALL SELECT CASE NEW.visibility WHEN 'public' THEN 1 ELSE 3 END,
                CASE NEW.visibility WHEN 'public' THEN x'' ELSE NEW.owner END, tag, name, 1
            FROM image_tags WHERE image = NEW.seq
            ON CONFLICT (kind, owner, tag) DO UPDATE SET count = count + 1; END
        """,
    ]
}
