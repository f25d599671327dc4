internal import SQL

extension Catalog {
    /// Removes everything except the built-in account.
    public func reset() async throws {
        try await database.write { [dialect] session in
            try dialect.words.removeAll(session)
            try dialect.places.removeAll(session)
            try session.execute("DELETE FROM archive_entries")
            try session.execute("DELETE FROM archives")
            try session.execute("DELETE FROM job_children")
            try session.execute("DELETE FROM jobs")
            try session.execute("DELETE FROM tag_usage")
            try session.execute("DELETE FROM image_tags")
            try session.execute("DELETE FROM image_attributes")
            try session.execute("DELETE FROM image_files")
            try session.execute("DELETE FROM idempotency_keys")
            try session.execute("DELETE FROM batch_items")
            try session.execute("DELETE FROM batches")
            try session.execute("DELETE FROM uploads")
            for table in ["album_images", "album_counts", "album_members"] as [SQLQuery] {
                try session.execute("DELETE FROM \(sql: table)")
            }
            try session.execute("UPDATE albums SET parent = NULL")
            try session.execute("DELETE FROM albums")
            try session.execute("DELETE FROM images")
            try session.execute("DELETE FROM trash_files")
            try session.execute("DELETE FROM trash")
            try session.execute("DELETE FROM files")
            try session.execute("DELETE FROM contents")
            try session.execute("DELETE FROM invitations")
            try session.execute("DELETE FROM sessions")
            try session.execute("DELETE FROM tokens")
            try session.execute("DELETE FROM webhooks")
            try session.execute("DELETE FROM accounts WHERE handle <> 'root'")
            try session.execute("DELETE FROM album_readers")
            // Every cursor is outdated then; the row that remains is the one that new cursors name.
            try session.execute("DELETE FROM changes WHERE sequence < (SELECT max(sequence) FROM changes)")
            try session.execute("UPDATE accounts SET password = NULL, is_disabled = 0, quota_bytes = NULL")
        }
    }
}
