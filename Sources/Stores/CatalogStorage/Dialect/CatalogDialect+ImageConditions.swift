internal import Domain
internal import SQL

/// Conditions on the row of `images` that a query has reached.
extension CatalogDialect {
    /// Whether the image has all words and none of the excluded ones.
    ///
    /// The matching rows are gathered once, at about 80 ns each. Probing the index for each image takes about 50 µs
    /// an image. The hint keeps the planner from scanning the matching rows first.
    func imageMatches(_ words: [WordMatch], without excluded: [WordMatch]) -> SQLQuery {
        "\(sql: hints.hidden("images.seq")) IN (\(sql: sequences(of: self.words.matches(words, without: excluded))))"
    }

    /// Whether the image has none of the words.
    func imageLacks(_ excluded: [WordMatch]) -> SQLQuery {
        "\(sql: hints.hidden("images.seq")) NOT IN (\(sql: sequences(of: words.matches(anyOf: excluded))))"
    }

    /// Whether the image was taken in a circle.
    func imageIsWithin(_ circle: GeographicCircle) -> SQLQuery {
        """
        EXISTS (SELECT 1 FROM \(sql: places.table)
            WHERE \(sql: places.sequence) = images.seq AND \(sql: places.distanceIsWithin(circle)))
        """
    }

    private func sequences(of matches: SQLQuery) -> SQLQuery {
        "SELECT \(sql: words.sequence) FROM \(sql: words.table) WHERE \(sql: matches)"
    }
}
