internal import Domain
internal import SQL

extension Migration {
    /// Trashed images get a table of their own, where no query for images finds them (`docs/decisions/0056`). What they
    /// have from their content is not kept with them: they get it again if they are restored.
    static let trash = Migration(
        number: 12, name: "trash",
        statements: [
            """
            CREATE TABLE trash (
                seq INTEGER PRIMARY KEY NOT NULL,
                id BLOB NOT NULL UNIQUE,
                digest BLOB NOT NULL REFERENCES contents (digest),
                owner BLOB NOT NULL,
                date_trashed INTEGER NOT NULL,
                is_deleted INTEGER NOT NULL DEFAULT 0,
                visibility TEXT NOT NULL,
                bytes INTEGER NOT NULL,
                date_added INTEGER NOT NULL,
                date_modified INTEGER NOT NULL,
                version INTEGER NOT NULL,
                state INTEGER NOT NULL,
                awaits_files INTEGER NOT NULL,
                gave_up_original INTEGER NOT NULL,
                excludes_duplicates INTEGER NOT NULL,
                title TEXT NOT NULL,
                tags TEXT NOT NULL,
                attributes TEXT NOT NULL,
                description TEXT NOT NULL,
                own_taken TEXT,
                own_place TEXT,
                sent_name TEXT,
                own_file_name TEXT,
                own_creator TEXT,
                own_rights TEXT,
                own_rating INTEGER
            ) STRICT
            """,
            "CREATE INDEX trash_by_owner ON trash (owner, is_deleted, date_trashed)",
            "CREATE INDEX trash_by_date ON trash (date_trashed) WHERE is_deleted = 0",
            "CREATE INDEX trash_deleted ON trash (seq) WHERE is_deleted = 1",
            // With everything that a look-up of an account's content has, so that no other index is taken for it.
            "CREATE INDEX trash_by_digest ON trash (digest, owner, is_deleted, date_trashed)",
            """
            CREATE TABLE trash_files (
                image INTEGER NOT NULL REFERENCES trash (seq) ON DELETE CASCADE,
                image_type TEXT NOT NULL,
                file INTEGER NOT NULL REFERENCES files (seq) ON DELETE CASCADE,
                date_shown INTEGER NOT NULL,
                PRIMARY KEY (image, image_type)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX trash_files_by_file ON trash_files (file)",
            // Which archives still need a deleted image.
            "CREATE INDEX archive_entries_by_image ON archive_entries (image)",
        ] + usage)

    /// Trashed images go on counting towards the quota, until they are deleted.
    private static let usage: [SQLQuery] = [
        """
        CREATE TRIGGER trash_usage_up AFTER INSERT ON trash WHEN NEW.is_deleted = 0 BEGIN
            UPDATE accounts SET bytes_used = bytes_used
                + NEW.bytes * (1 - NEW.gave_up_original) + length(CAST(NEW.attributes AS BLOB)) - 2
            WHERE id = NEW.owner; END
        """,
        """
        CREATE TRIGGER trash_usage_down AFTER DELETE ON trash WHEN OLD.is_deleted = 0 BEGIN
            UPDATE accounts SET bytes_used = bytes_used
                - (OLD.bytes * (1 - OLD.gave_up_original) + length(CAST(OLD.attributes AS BLOB)) - 2)
            WHERE id = OLD.owner; END
        """,
        """
        CREATE TRIGGER trash_usage_end AFTER UPDATE OF is_deleted ON trash
        WHEN OLD.is_deleted = 0 AND NEW.is_deleted = 1 BEGIN
            UPDATE accounts SET bytes_used = bytes_used
                - (OLD.bytes * (1 - OLD.gave_up_original) + length(CAST(OLD.attributes AS BLOB)) - 2)
            WHERE id = OLD.owner; END
        """,
        """
        CREATE TRIGGER trash_usage_move AFTER UPDATE OF owner ON trash WHEN NEW.is_deleted = 0 BEGIN
            UPDATE accounts SET bytes_used = bytes_used
                - (OLD.bytes * (1 - OLD.gave_up_original) + length(CAST(OLD.attributes AS BLOB)) - 2)
            WHERE id = OLD.owner;
            UPDATE accounts SET bytes_used = bytes_used
                + NEW.bytes * (1 - NEW.gave_up_original) + length(CAST(NEW.attributes AS BLOB)) - 2
            WHERE id = NEW.owner; END
        """,
    ]
}
