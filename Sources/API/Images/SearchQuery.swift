internal import Domain
internal import HTTPTypes
internal import SearchLanguage

/// The criteria of a search, from the query of a request.
enum SearchQuery {
    private static let criteria: Set<String> = [
        "q", "tag", "taken_from", "taken_to", "added_from", "added_to", "format", "min_width", "max_width",
        "min_height", "max_height", "min_bytes", "max_bytes", "digest", "state", "owner", "visibility",
    ]
    static let repeatable: Set<String> = ["tag", "format"]
    /// The criteria that are whole numbers.
    static let numeric: Set<String> = ["min_width", "max_width", "min_height", "max_height", "min_bytes", "max_bytes"]
    /// What precedes the name of an attribute.
    static let attributePrefix = "attr."

    /// The parameters that select images and their order.
    static let ordered = criteria.union(["sort"])

    /// The criteria of a list, and whether only ids are wanted.
    static func read(_ target: RequestTarget) throws -> (criteria: SearchCriteria, onlyIDs: Bool) {
        let query = try QueryParameters(
            target, known: ordered.union(["limit", "cursor", "fields"]), repeatable: repeatable,
            prefix: attributePrefix)
        var criteria = try readOrdered(query)
        criteria.limit = try query.number("limit", in: 1...1000) ?? 100
        criteria.cursor = try query.cursor()
        let onlyIDs = try query.value("fields", "ids or all") { ["ids": true, "all": false][$0] }
        return (criteria, onlyIDs ?? false)
    }

    /// The criteria of all images that match, in their order.
    static func readOrdered(_ target: RequestTarget) throws -> SearchCriteria {
        try readOrdered(try QueryParameters(target, known: ordered, repeatable: repeatable, prefix: attributePrefix))
    }

    /// The criteria of a count, the attributes that are counted too, and how many values of each kind are wanted.
    static func readFacets(
        _ target: RequestTarget
    ) throws -> (criteria: SearchCriteria, attributes: [String], limit: Int) {
        let query = try QueryParameters(
            target, known: criteria.union(["limit", "attribute"]), repeatable: repeatable.union(["attribute"]),
            prefix: attributePrefix)
        let attributes = query.texts("attribute")
        guard attributes.count <= 5, !attributes.contains("") else {
            throw Problem.badRequest(
                "The parameter 'attribute' may be given up to five times, each with the name of an attribute.",
                at: .parameter("attribute"))
        }
        return (try read(query), attributes, try query.number("limit", in: 1...100) ?? 10)
    }

    private static func readOrdered(_ query: QueryParameters) throws -> SearchCriteria {
        var criteria = try read(query)
        criteria.order =
            try query.value("sort", "one of \(words(SearchCriteria.Order.self))", SearchCriteria.Order.init) ?? .newest
        guard criteria.order != .relevance || criteria.hasWords else {
            throw Problem.badRequest(
                "The parameter 'sort' can only be relevance if 'q' has a word that images must have, such as q=beach.",
                at: .parameter("sort"))
        }
        return criteria
    }

    private static func read(_ query: QueryParameters) throws -> SearchCriteria {
        var criteria = SearchCriteria()
        do {
            criteria.terms = try SearchMeaning.terms(of: query.text("q") ?? "")
        } catch {
            throw Problem(error, inParameter: "q")
        }
        if let owner = query.text("owner") { criteria.terms.append(SearchTerm(.owner(handle: owner))) }
        if let visibility = try query.value("visibility", "public or private", Visibility.init) {
            criteria.terms.append(SearchTerm(.visibility(visibility)))
        }
        criteria.tags = query.texts("tag")
        for (name, value) in query.beginning(with: attributePrefix) {
            criteria.terms.append(SearchTerm(.attribute(AttributeMatch(name: name, value: value))))
        }
        try readDates(query, into: &criteria)
        try readSizes(query, into: &criteria)
        criteria.formats = try query.values("format", "one of \(words(ImageFormat.self))", ImageFormat.init)
        criteria.digest = try query.value("digest", "64 hexadecimal digits") { Digest($0) }
        criteria.state = try query.value("state", "ready, pending or damaged", ImageRecord.State.init)
        return criteria
    }

    private static func readDates(_ query: QueryParameters, into criteria: inout SearchCriteria) throws {
        let civil = "a date such as 2021-05-31, or with a time, such as 2021-05-31T10:00:00"
        criteria.takenFrom = try query.value("taken_from", civil) { civilTime($0) }
        criteria.takenTo = try query.value("taken_to", civil) { civilTime($0, endOfDay: true) }
        let moment = "a date, or a time of RFC 3339 such as 2021-05-31T10:00:00Z"
        criteria.addedFrom = try query.value("added_from", moment) { Timestamp($0) }
        criteria.addedTo = try query.value("added_to", moment) { text in
            Timestamp(text).map { text.utf8.count == 10 ? $0.advanced(bySeconds: 86_400) : $0 }
        }
    }

    private static func readSizes(_ query: QueryParameters, into criteria: inout SearchCriteria) throws {
        let pixels = 0...1_000_000
        criteria.minimumWidth = try query.number("min_width", in: pixels)
        criteria.maximumWidth = try query.number("max_width", in: pixels)
        criteria.minimumHeight = try query.number("min_height", in: pixels)
        criteria.maximumHeight = try query.number("max_height", in: pixels)
        criteria.minimumBytes = try query.number("min_bytes", in: 0...Int.max).map(Int64.init)
        criteria.maximumBytes = try query.number("max_bytes", in: 0...Int.max).map(Int64.init)
    }

    /// A bare date as an upper bound includes the whole day.
    private static func civilTime(_ text: String, endOfDay: Bool = false) -> CivilTime? {
        guard text.utf8.count == 10 else { return CivilTime(text) }
        guard let midnight = CivilTime(text + "T00:00:00") else { return nil }
        return endOfDay ? CivilTime(secondsSince1970: midnight.secondsSince1970 + 86_400) : midnight
    }

    private static func words<Word: CaseIterable & RawRepresentable>(_ type: Word.Type) -> String
    where Word.RawValue == String {
        Word.allCases.map(\.rawValue).joined(separator: ", ")
    }
}
