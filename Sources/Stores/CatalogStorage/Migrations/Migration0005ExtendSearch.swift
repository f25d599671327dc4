internal import Domain
internal import SQL

extension Migration {
    /// Searches over attributes, camera, lens and places; tags without regard to diacritics, and how often each is used;
    /// and lists of public images that need not pass over the private ones.
    static let extendSearch = Migration(
        number: 5, name: "extend search", statements: words + places + tags + usage + usageTriggers,
        fill: SearchFill.run, ending: publicOrders)

    /// The texts are given in folded (`String.folded`), so that words and tags agree on what is the same; `unicode61` splits
    /// them into words as before.
    private static let words: [SQLQuery] = [
        "DROP TABLE images_fts",
        """
        CREATE VIRTUAL TABLE images_fts USING fts5(
            title, description, tags, attributes, camera, lens,
            content = '', tokenize = 'unicode61 remove_diacritics 2')
        """,
        "ALTER TABLE images ADD COLUMN camera TEXT",
    ]

    /// Points of the unit sphere. The tree holds them as 32-bit numbers, rounded outwards, some half a metre off; `x`, `y`
    /// and `z` are exact.
    private static let places: [SQLQuery] = [
        """
        CREATE VIRTUAL TABLE image_places USING rtree(image, min_x, max_x, min_y, max_y, min_z, max_z, +x, +y, +z)
        """
    ]

    /// Beside its key a tag is kept as the user wrote it.
    private static let tags: [SQLQuery] = [
        "DROP TABLE image_tags",
        """
        CREATE TABLE image_tags (
            tag TEXT NOT NULL,
            image INTEGER NOT NULL REFERENCES images (seq) ON DELETE CASCADE,
            name TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (tag, image)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX image_tags_by_image ON image_tags (image)",
    ]

    /// How many images have a tag: of all (0), of the public ones (1), of an account's (2), of its private ones (3).
    private static let usage: [SQLQuery] = [
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

    private static let usageTriggers: [SQLQuery] = [
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
        // While the image is still there, so that its tags are counted down; the foreign key would delete them too late.
        """
        CREATE TRIGGER images_drop_tags BEFORE DELETE ON images BEGIN
            DELETE FROM image_tags WHERE image = OLD.seq; END
        """,
        // A move between owners or visibilities takes the tags out and puts them in again.
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

    private static let publicOrders: [SQLQuery] = [
        "CREATE INDEX images_public_by_added ON images (date_added) WHERE visibility = 'public'",
        "CREATE INDEX images_public_by_taken ON images (date_taken) WHERE visibility = 'public'",
    ]
}
