internal import TextCoding
internal import Domain
internal import SQL

/// The words of the images in SQLite's FTS5, which keeps no text itself. The row's number is the image's sequence.
struct SQLiteWordIndex: WordIndex {
    let table: SQLQuery = "images_fts"
    let sequence: SQLQuery = "images_fts.rowid"

    func insert(_ texts: ImageTexts, at sequence: Int64, _ session: any SQLSession) throws {
        let values = SQLQuery.joined(texts.values.map { "\($0)" }, by: ", ")
        try session.execute(
            """
            INSERT INTO images_fts (rowid, title, description, tags, attributes, camera, lens, creator, file_name)
            VALUES (\(sequence), \(sql: values))
            """)
    }

    func remove(_ texts: ImageTexts, at sequence: Int64, _ session: any SQLSession) throws {
        let values = SQLQuery.joined(texts.values.map { "\($0)" }, by: ", ")
        try session.execute(
            """
            INSERT INTO images_fts (images_fts, rowid, title, description, tags, attributes, camera, lens, creator, file_name)
            VALUES ('delete', \(sequence), \(sql: values))
            """)
    }

    func removeAll(_ session: any SQLSession) throws {
        try session.execute("INSERT INTO images_fts (images_fts) VALUES ('delete-all')")
    }

    func matches(_ words: [WordMatch], without excluded: [WordMatch]) -> SQLQuery {
        let wanted = words.map(expression).joined(separator: " ")
        guard !excluded.isEmpty else { return "images_fts MATCH \(wanted)" }
        return "images_fts MATCH \("(\(wanted)) NOT (\(any(of: excluded)))")"
    }

    func matches(anyOf words: [WordMatch]) -> SQLQuery { "images_fts MATCH \(any(of: words))" }

    private func any(of words: [WordMatch]) -> String { words.map(expression).joined(separator: " OR ") }

    private static let publicTexts =
        "{\(ImageTexts.fields.filter(\.isPublic).map(\.rawValue).joined(separator: " "))} : "

    /// The words as an FTS5 string: in quotes nothing is an operator, and a quote is written twice.
    private func expression(_ match: WordMatch) -> String {
        let safe = match.text.folded.unicodeScalars.map { $0 == "\0" ? " " : $0 == "\"" ? "\"\"" : String($0) }.joined()
        let field = match.field.map { "\($0.rawValue) : " } ?? (match.isInPublicTexts ? Self.publicTexts : "")
        return field + "\"\(safe)\"" + (match.isPrefix ? " *" : "")
    }
}
