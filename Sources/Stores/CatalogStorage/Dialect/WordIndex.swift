internal import Domain
internal import SQL

/// The full-text index of the images: one row for each image, in a table of its own.
///
/// Queries join the table with `images`, so that conditions must name its columns without ambiguity.
protocol WordIndex: Sendable {
    /// The table, as `FROM` names it.
    var table: SQLQuery { get }
    /// The table's column that holds the sequence of the image. Rows can be read in its order, in either direction,
    /// without sorting.
    var sequence: SQLQuery { get }

    func insert(_ texts: ImageTexts, at sequence: Int64, _ session: any SQLSession) throws

    /// - Parameter texts: exactly those that were inserted: an index need not keep them.
    func remove(_ texts: ImageTexts, at sequence: Int64, _ session: any SQLSession) throws

    func removeAll(_ session: any SQLSession) throws

    /// The condition for rows of the table that have all words, and none of the excluded ones.
    ///
    /// A text of several words, such as `cat_1.jpg`, must occur as that sequence.
    /// - Parameter words: at least one.
    func matches(_ words: [WordMatch], without excluded: [WordMatch]) -> SQLQuery

    /// The condition for rows of the table that have any of the words.
    ///
    /// - Parameter words: at least one.
    func matches(anyOf words: [WordMatch]) -> SQLQuery
}
