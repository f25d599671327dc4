import Domain
import SQL
import TextCoding

@testable import CatalogStorage

/// The dialects that the tests of searches run with: the common SQL must not depend on one of them.
enum TestedDialect: CaseIterable {
    case sqlite
    /// Words and places in ordinary tables, no hints to the planner, and no indexes that only SQLite has.
    case plain

    var value: CatalogDialect {
        switch self {
        case .sqlite: .sqlite
        case .plain: .plain
        }
    }
}

extension CatalogDialect {
    fileprivate static let plain = CatalogDialect(
        schema: CatalogSchema(
            migrationsTable: CatalogSchema.sqlite.migrationsTable, convertFormer: { _, _ in },
            migrations: CatalogSchema.sqlite.migrations + [
                Migration(
                    number: 1000, name: "plain indexes", statements: PlainWordIndex.tables + PlainPlaceIndex.tables)
            ]),
        words: PlainWordIndex(), places: PlainPlaceIndex(),
        hints: PlannerHints(orderedJoin: "JOIN", materialized: "AS", hidden: { $0 }), year: CatalogDialect.sqlite.year,
        nextImageSequence: CatalogDialect.sqlite.nextImageSequence,
        elements: CatalogDialect.sqlite.elements)
}

/// The words of each text, with spaces around each.
private struct PlainWordIndex: WordIndex {
    static let tables: [SQLQuery] = [
        "DROP TABLE images_fts",
        """
        CREATE TABLE plain_words (image INTEGER PRIMARY KEY, title TEXT, description TEXT, tags TEXT, attributes TEXT,
            camera TEXT, lens TEXT, creator TEXT, file_name TEXT)
        """,
    ]

    let table: SQLQuery = "plain_words"
    let sequence: SQLQuery = "plain_words.image"

    func insert(_ texts: ImageTexts, at sequence: Int64, _ session: any SQLSession) throws {
        let values = SQLQuery.joined(texts.values.map { "\(" " + words(of: $0) + " ")" }, by: ", ")
        try session.execute("INSERT INTO plain_words VALUES (\(sequence), \(sql: values))")
    }

    func remove(_ texts: ImageTexts, at sequence: Int64, _ session: any SQLSession) throws {
        try session.execute("DELETE FROM plain_words WHERE image = \(sequence)")
    }

    func removeAll(_ session: any SQLSession) throws { try session.execute("DELETE FROM plain_words") }

    func matches(_ words: [WordMatch], without excluded: [WordMatch]) -> SQLQuery {
        .joined(words.map(occurs) + excluded.map { "NOT \(sql: occurs($0))" }, by: " AND ")
    }

    func matches(anyOf words: [WordMatch]) -> SQLQuery { "(\(sql: .joined(words.map(occurs), by: " OR ")))" }

    private func occurs(_ match: WordMatch) -> SQLQuery {
        let wanted = " " + words(of: match.text) + (match.isPrefix ? "" : " ")
        let texts = match.isInPublicTexts ? ImageTexts.fields.filter(\.isPublic) : ImageTexts.fields
        let columns = (match.field.map { [$0] } ?? texts).map(column)
        return "(\(sql: .joined(columns.map { "instr(\(sql: $0), \(wanted)) > 0" }, by: " OR ")))"
    }

    private func column(_ field: WordMatch.Field) -> SQLQuery {
        switch field {
        case .title: "plain_words.title"
        case .description: "plain_words.description"
        case .tags: "plain_words.tags"
        case .attributes: "plain_words.attributes"
        case .camera: "plain_words.camera"
        case .lens: "plain_words.lens"
        case .creator: "plain_words.creator"
        case .fileName: "plain_words.file_name"
        }
    }

    private func words(of text: String) -> String {
        text.folded.split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
    }
}

private struct PlainPlaceIndex: PlaceIndex {
    static let tables: [SQLQuery] = [
        "DROP TABLE image_places", "CREATE TABLE plain_places (image INTEGER PRIMARY KEY, x REAL, y REAL, z REAL)",
    ]

    let table: SQLQuery = "plain_places"
    let sequence: SQLQuery = "plain_places.image"

    func insert(_ point: SpherePoint, at sequence: Int64, _ session: any SQLSession) throws {
        try session.execute("INSERT INTO plain_places VALUES (\(sequence), \(point.x), \(point.y), \(point.z))")
    }

    func remove(at sequence: Int64, _ session: any SQLSession) throws {
        try session.execute("DELETE FROM plain_places WHERE image = \(sequence)")
    }

    func removeAll(_ session: any SQLSession) throws { try session.execute("DELETE FROM plain_places") }

    func isWithin(_ circle: GeographicCircle) -> SQLQuery { distanceIsWithin(circle) }

    func distanceIsWithin(_ circle: GeographicCircle) -> SQLQuery {
        let (centre, chord) = (SpherePoint(centreOf: circle), SpherePoint.chord(kilometres: circle.kilometres))
        return """
            (x - \(centre.x)) * (x - \(centre.x)) + (y - \(centre.y)) * (y - \(centre.y))
                + (z - \(centre.z)) * (z - \(centre.z)) <= \(chord * chord)
            """
    }
}
