internal import Domain
internal import SQL

/// The words of images: the one place that knows how SQLite's FTS5 is written to and asked.
enum SearchIndex {
    static func insert(_ details: ImageDetails, at place: Int64, _ session: any SQLSession) throws {
        try session.execute(
            """
            INSERT INTO images_fts (rowid, title, description, tags)
            VALUES (\(place), \(details.title), \(details.description), \(text(of: details.tags)))
            """)
    }

    /// Takes an image's words out; `details` must be those that were put in, for the index keeps no text itself.
    static func remove(_ details: ImageDetails, at place: Int64, _ session: any SQLSession) throws {
        try session.execute(
            """
            INSERT INTO images_fts (images_fts, rowid, title, description, tags)
            VALUES ('delete', \(place), \(details.title), \(details.description), \(text(of: details.tags)))
            """)
    }

    static func removeAll(_ session: any SQLSession) throws {
        try session.execute("INSERT INTO images_fts (images_fts) VALUES ('delete-all')")
    }

    /// The rows of the index that have all words.
    static func matches(_ words: [String]) -> SQLQuery { "images_fts MATCH \(expression(words))" }

    /// Whether the image at hand has all words.
    ///
    /// The matching rows are gathered once, at some 80 ns each; asking the index about one image after the other costs some
    /// 50 µs each. `+` keeps the planner from walking along them.
    static func imageMatches(_ words: [String]) -> SQLQuery {
        "+images.seq IN (SELECT images_fts.rowid FROM images_fts WHERE \(sql: matches(words)))"
    }

    /// The words as FTS5 strings: in quotes nothing is an operator, and a quote is written twice. One that has several
    /// words for the index, such as `cat_1.jpg`, must occur as that sequence.
    private static func expression(_ words: [String]) -> String {
        words.map { word in
            let safe = word.unicodeScalars.map { $0 == "\0" ? " " : $0 == "\"" ? "\"\"" : String($0) }.joined()
            return "\"\(safe)\""
        }.joined(separator: " ")
    }

    /// A tag a line: the last word of one and the first of the next stay two words.
    private static func text(of tags: [String]) -> String { tags.joined(separator: "\n") }
}
