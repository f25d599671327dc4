internal import TextCoding
internal import Domain
internal import SQL

/// Rows of `image_tags`. Searches for tags ignore case and diacritics.
enum TagRows {
    static func key(_ tag: String) -> String { tag.folded }

    static func insert(_ tags: [String], at sequence: Int64, _ session: any SQLSession) throws {
        for tag in tags {
            try session.execute(
                """
                INSERT INTO image_tags (tag, image, name) VALUES (\(key(tag)), \(sequence), \(tag))
                ON CONFLICT (tag, image) DO NOTHING
                """)
        }
    }

    /// Writes only what is different: each row also counts the images of its tag.
    static func update(
        at sequence: Int64, from old: [String], to new: [String], _ session: any SQLSession
    ) throws {
        guard old != new else { return }
        let removed = Set(old.filter { !new.contains($0) }.map(key))
        for tag in removed {
            try session.execute("DELETE FROM image_tags WHERE tag = \(tag) AND image = \(sequence)")
        }
        try insert(new.filter { removed.contains(key($0)) || !old.contains($0) }, at: sequence, session)
    }
}
