internal import TextCoding
internal import Domain
internal import SQL

/// The words of images: the one place that knows how SQLite's FTS5 is written to and asked.
enum SearchIndex {
    static func insert(_ texts: ImageTexts, at sequence: Int64, _ session: any SQLSession) throws {
        let values = SQLQuery.joined(texts.values.map { "\($0)" }, by: ", ")
        try session.execute(
            """
            INSERT INTO images_fts (rowid, title, description, tags, attributes, camera, lens)
            VALUES (\(sequence), \(sql: values))
            """)
    }

    /// Takes an image's words out; `texts` must be those that were put in, for the index keeps no text itself.
    static func remove(_ texts: ImageTexts, at sequence: Int64, _ session: any SQLSession) throws {
        let values = SQLQuery.joined(texts.values.map { "\($0)" }, by: ", ")
        try session.execute(
            """
            INSERT INTO images_fts (images_fts, rowid, title, description, tags, attributes, camera, lens)
            VALUES ('delete', \(sequence), \(sql: values))
            """)
    }

    static func removeAll(_ session: any SQLSession) throws {
        try session.execute("INSERT INTO images_fts (images_fts) VALUES ('delete-all')")
    }

    /// The rows of the index that have all words, and none of the excluded ones.
    static func matches(_ words: [WordMatch], without excluded: [WordMatch] = []) -> SQLQuery {
        let wanted = words.map(expression).joined(separator: " ")
        guard !excluded.isEmpty else { return "images_fts MATCH \(wanted)" }
        return "images_fts MATCH \("(\(wanted)) NOT (\(any(of: excluded)))")"
    }

    /// Whether the image at hand has all words.
    ///
    /// The matching rows are gathered once, at some 80 ns each; asking the index about one image after the other costs some
    /// 50 µs each. `+` keeps the planner from walking along them.
    static func imageMatches(_ words: [WordMatch], without excluded: [WordMatch]) -> SQLQuery {
        "+images.seq IN (SELECT images_fts.rowid FROM images_fts WHERE \(sql: matches(words, without: excluded)))"
    }

    /// Whether the image at hand has none of the words.
    static func imageLacks(_ excluded: [WordMatch]) -> SQLQuery {
        "+images.seq NOT IN (SELECT images_fts.rowid FROM images_fts WHERE \(sql: matches(anyOf: excluded)))"
    }

    /// The rows of the index that have any of the words.
    static func matches(anyOf words: [WordMatch]) -> SQLQuery { "images_fts MATCH \(any(of: words))" }

    private static func any(of words: [WordMatch]) -> String { words.map(expression).joined(separator: " OR ") }

    /// The words as an FTS5 string: in quotes nothing is an operator, and a quote is written twice. One that has several
    /// words for the index, such as `cat_1.jpg`, must occur as that sequence.
    private static func expression(_ match: WordMatch) -> String {
        let safe = match.text.folded.unicodeScalars.map { $0 == "\0" ? " " : $0 == "\"" ? "\"\"" : String($0) }.joined()
        return (match.field.map { "\($0.rawValue) : " } ?? "") + "\"\(safe)\"" + (match.isPrefix ? " *" : "")
    }
}
