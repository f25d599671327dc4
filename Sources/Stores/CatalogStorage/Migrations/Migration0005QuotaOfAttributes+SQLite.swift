internal import SQL

extension Migration {
    /// Attributes count towards the quota of their image's account: the bytes of their JSON without its braces.
    static let quotaOfAttributes = Migration(
        number: 5, name: "quota of attributes",
        statements: [
            "DROP TRIGGER images_usage_up", "DROP TRIGGER images_usage_down", "DROP TRIGGER images_usage_move",
            """
            CREATE TRIGGER images_usage_up AFTER INSERT ON images BEGIN
                UPDATE accounts SET image_count = image_count + 1,
                    bytes_used = bytes_used + \(sql: bytes("NEW"))
                WHERE id = NEW.owner; END
            """,
            """
            CREATE TRIGGER images_usage_down AFTER DELETE ON images BEGIN
                UPDATE accounts SET image_count = image_count - 1,
                    bytes_used = bytes_used - (\(sql: bytes("OLD")))
                WHERE id = OLD.owner; END
            """,
            """
            CREATE TRIGGER images_usage_move AFTER UPDATE OF owner ON images BEGIN
                UPDATE accounts SET image_count = image_count - 1,
                    bytes_used = bytes_used - (\(sql: bytes("OLD")))
                WHERE id = OLD.owner;
                UPDATE accounts SET image_count = image_count + 1,
                    bytes_used = bytes_used + \(sql: bytes("NEW"))
                WHERE id = NEW.owner; END
            """,
            """
            CREATE TRIGGER images_usage_attributes AFTER UPDATE OF attributes ON images
            WHEN OLD.attributes <> NEW.attributes BEGIN
                UPDATE accounts SET bytes_used = bytes_used
                    + length(CAST(NEW.attributes AS BLOB)) - length(CAST(OLD.attributes AS BLOB))
                WHERE id = NEW.owner; END
            """,
            """
            UPDATE accounts SET bytes_used =
                (SELECT coalesce(sum(\(sql: bytes("images"))), 0) FROM images WHERE owner = accounts.id)
            """,
        ])

    private static func bytes(_ row: SQLQuery) -> SQLQuery {
        """
        \(sql: row).bytes * (1 - \(sql: row).gave_up_original) + length(CAST(\(sql: row).attributes AS BLOB)) - 2
        """
    }
}
