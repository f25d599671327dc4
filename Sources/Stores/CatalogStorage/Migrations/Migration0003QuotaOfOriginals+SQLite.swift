internal import SQL

extension Migration {
    /// An image that has given up its original does not count towards the quota of its account.
    static let quotaOfOriginals = Migration(
        number: 3, name: "quota of originals",
        statements: [
            "DROP TRIGGER images_usage_down", "DROP TRIGGER images_usage_move",
            """
            CREATE TRIGGER images_usage_down AFTER DELETE ON images BEGIN
                UPDATE accounts SET image_count = image_count - 1,
                    bytes_used = bytes_used - OLD.bytes * (1 - OLD.gave_up_original)
                WHERE id = OLD.owner; END
            """,
            """
            CREATE TRIGGER images_usage_move AFTER UPDATE OF owner ON images BEGIN
                UPDATE accounts SET image_count = image_count - 1,
                    bytes_used = bytes_used - OLD.bytes * (1 - OLD.gave_up_original)
                WHERE id = OLD.owner;
                UPDATE accounts SET image_count = image_count + 1,
                    bytes_used = bytes_used + NEW.bytes * (1 - NEW.gave_up_original)
                WHERE id = NEW.owner; END
            """,
            """
            CREATE TRIGGER images_usage_original AFTER UPDATE OF gave_up_original ON images BEGIN
                UPDATE accounts SET
                    bytes_used = bytes_used + NEW.bytes * (OLD.gave_up_original - NEW.gave_up_original)
                WHERE id = NEW.owner; END
            """,
            """
            UPDATE accounts SET bytes_used =
                (SELECT coalesce(sum(bytes), 0) FROM images WHERE owner = accounts.id AND gave_up_original = 0)
            """,
        ])
}
