internal import SQL

extension Migration {
    /// The original of an image can be replaced (`docs/decisions/0066`): what the image was before is a version of it in
    /// the trash.
    static let formerOriginals = Migration(
        number: 20, name: "former originals",
        statements: [
            "ALTER TABLE trash ADD COLUMN version_of BLOB",
            "CREATE INDEX trash_by_version ON trash (version_of) WHERE version_of IS NOT NULL",
            """
            CREATE TRIGGER images_usage_bytes AFTER UPDATE OF bytes ON images WHEN OLD.bytes <> NEW.bytes BEGIN
                UPDATE accounts SET bytes_used = bytes_used + (NEW.bytes - OLD.bytes) * (1 - NEW.gave_up_original)
                WHERE id = NEW.owner;
                UPDATE counters SET bytes = bytes + NEW.bytes - OLD.bytes WHERE name = 'images'; END
            """,
            // A version comes into the trash, and leaves it, without having been an image.
            """
            CREATE TRIGGER trash_version_change AFTER INSERT ON trash
            WHEN NEW.version_of IS NOT NULL AND NEW.is_deleted = 0 BEGIN
                INSERT INTO changes (date, kind, account, image, id)
                SELECT \(sql: changeDate), 'trashed', NEW.owner, NEW.seq, NEW.id; END
            """,
            """
            CREATE TRIGGER trash_version_end_change AFTER DELETE ON trash
            WHEN OLD.version_of IS NOT NULL AND OLD.is_deleted = 0
                AND NOT EXISTS (SELECT 1 FROM images WHERE seq = OLD.seq) BEGIN
                INSERT INTO changes (date, kind, account, image, id)
                SELECT \(sql: changeDate), 'deleted', OLD.owner, OLD.seq, OLD.id; END
            """,
        ])
}
