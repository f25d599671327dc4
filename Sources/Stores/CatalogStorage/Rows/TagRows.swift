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

    static func remove(at sequence: Int64, _ session: any SQLSession) throws {
        try session.execute("DELETE FROM image_tags WHERE image = \(sequence)")
    }
}
