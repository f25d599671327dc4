internal import Domain
internal import SQL

/// Counts the matching images by year, camera, format and tag.
struct FacetSearch {
    /// How many images are examined at most, and how many of their tags.
    static let examined: Int64 = 20_000, examinedTags: Int64 = 100_000

    /// The kinds of rows of the one query.
    private enum Kind: Int64 {
        case examined, examinedTags, images, year, camera, format, tag
        /// The first attribute; the others follow.
        case attribute
    }

    /// The names of the paths: an audience has at most so many parts.
    private static let names: [SQLQuery] = ["first_path", "second_path", "third_path", "fourth_path"]

    private let limit: Int
    private let attributes: [String]
    /// The common table expressions of the images on each path, and the queries for those that match.
    private let paths: [SQLQuery], matches: [SQLQuery]
    private let dialect: CatalogDialect
    private let session: any SQLSession

    init(
        _ criteria: SearchCriteria, _ viewers: AudienceView, attributes: [String], limit: Int,
        _ dialect: CatalogDialect,
        _ session: any SQLSession
    ) throws {
        (self.attributes, self.limit, self.dialect, self.session) = (attributes, limit, dialect, session)
        let hints = dialect.hints
        let conditions = SearchConditions(criteria)
        let key = SortKey(.newest, conditions)
        var (paths, matches): ([SQLQuery], [SQLQuery]) = ([], [])
        for (found, name) in zip(viewers.parts(for: conditions), Self.names) {
            let (conditions, part) = (found.conditions, found.images)
            let (path, probesIndex) = try AccessPath.best(for: conditions, key, part: part, dialect, session)
            let filter = SearchFilter(
                conditions: conditions, part: part, path: path, probesIndex: probesIndex, key: key.unsorted,
                dialect: dialect)
            paths.append("\(sql: name) \(sql: hints.materialized) (\(sql: Self.sequences(on: path, part, dialect)))")
            matches.append(
                """
                SELECT images.seq, images.date_taken, CASE WHEN \(sql: found.givesOriginal) THEN images.camera END,
                    images.format, CASE WHEN \(sql: found.givesOriginal) THEN 1 ELSE 0 END
                FROM (SELECT sequence FROM \(sql: name) LIMIT \(Self.examined)) AS newest
                \(sql: hints.orderedJoin) images ON images.seq = newest.sequence WHERE \(sql: filter.condition)
                """)
        }
        (self.paths, self.matches) = (paths, matches)
    }

    func facets() throws -> SearchFacets {
        var facets = SearchFacets()
        for name in attributes { facets.attributes[name] = [] }
        try session.scan(query) { row in
            let (count, name) = (try row.integer("count"), try row.textIfPresent("name") ?? "")
            let value = SearchFacets.Value(name: name, count: count)
            let kind = try row.integer("kind")
            switch Kind(rawValue: min(kind, Kind.attribute.rawValue)) {
            case .examined: facets.isExact = facets.isExact && count <= Self.examined
            case .examinedTags: facets.isExact = facets.isExact && count <= Self.examinedTags
            case .images: facets.images = count
            case .year: facets.years.append(value)
            case .camera: facets.cameras.append(value)
            case .format: facets.formats.append(value)
            case .tag: facets.tags.append(value)
            case .attribute:
                facets.attributes[attributes[Int(kind - Kind.attribute.rawValue)], default: []].append(value)
            case nil: throw row.malformed("kind")
            }
            return true
        }
        return facets
    }

    /// The sequences of the images on the path, newest first, one more than are examined.
    private static func sequences(on path: AccessPath, _ part: SQLQuery, _ dialect: CatalogDialect) -> SQLQuery {
        if path == .order {
            return """
                SELECT images.seq AS sequence FROM images WHERE \(sql: part)
                ORDER BY images.date_added DESC LIMIT \(examined + 1)
                """
        }
        return """
            SELECT \(sql: path.sequence(dialect)) AS sequence \(sql: path.source(part: part, dialect))
            ORDER BY \(sql: path.sequence(dialect)) DESC LIMIT \(examined + 1)
            """
    }

    private var query: SQLQuery {
        let hints = dialect.hints
        return """
            WITH \(sql: .joined(paths, by: ", ")),
                found (sequence, taken, camera, format, has_attributes) \(sql: hints.materialized) (\(sql: .joined(matches, by: " UNION ALL "))),
                found_tags \(sql: hints.materialized) (SELECT image_tags.tag, found.sequence
                    FROM found \(sql: hints.orderedJoin) image_tags ON image_tags.image = found.sequence
                    LIMIT \(Self.examinedTags + 1))
            \(sql: pathCounts)
            UNION ALL SELECT \(Kind.examinedTags.rawValue), NULL, count(*) FROM found_tags
            UNION ALL SELECT \(Kind.images.rawValue), NULL, count(*) FROM found
            UNION ALL SELECT * FROM (\(sql: top(.year, dialect.year("taken"), "taken"))) AS years
            UNION ALL SELECT * FROM (\(sql: top(.camera, "camera", "camera"))) AS cameras
            UNION ALL SELECT * FROM (\(sql: top(.format, "format", "format"))) AS formats
            UNION ALL SELECT * FROM (SELECT \(Kind.tag.rawValue),
                (SELECT name FROM image_tags WHERE image_tags.tag = top.tag AND image_tags.image = top.sequence), top.count
                FROM (SELECT tag, max(sequence) AS sequence, count(*) AS count FROM found_tags
                    GROUP BY tag ORDER BY count(*) DESC, tag LIMIT \(limit)) AS top) AS tags
            \(sql: attributeCounts)
            """
    }

    private var attributeCounts: SQLQuery {
        .joined(
            attributes.enumerated().map { index, name in
                """
                UNION ALL SELECT * FROM (SELECT \(Kind.attribute.rawValue + Int64(index)), image_attributes.value, count(*)
                    FROM found \(sql: dialect.hints.orderedJoin) image_attributes ON image_attributes.image = found.sequence
                    WHERE found.has_attributes = 1 AND image_attributes.name = \(name.lowercased()) GROUP BY image_attributes.value
                    ORDER BY count(*) DESC, image_attributes.value LIMIT \(limit)) AS attribute_values
                """
            }, by: " ")
    }

    private var pathCounts: SQLQuery {
        .joined(
            zip(paths, Self.names).map { _, name in
                "SELECT \(Kind.examined.rawValue) AS kind, NULL AS name, count(*) AS count FROM \(sql: name)"
            }, by: " UNION ALL ")
    }

    private func top(_ kind: Kind, _ value: SQLQuery, _ column: SQLQuery) -> SQLQuery {
        """
        SELECT \(kind.rawValue), \(sql: value) AS name, count(*) FROM found WHERE \(sql: column) IS NOT NULL
        GROUP BY name ORDER BY count(*) DESC, name LIMIT \(limit)
        """
    }
}
