internal import Domain
internal import SQL

/// The spatial index of the images: one row for each image whose place is known, in a table of its own.
///
/// Queries join the table with `images`, so that conditions must name its columns without ambiguity.
protocol PlaceIndex: Sendable {
    /// The table, as `FROM` names it.
    var table: SQLQuery { get }
    /// The table's column that holds the sequence of the image.
    var sequence: SQLQuery { get }

    func insert(_ point: SpherePoint, at sequence: Int64, _ session: any SQLSession) throws
    func remove(at sequence: Int64, _ session: any SQLSession) throws
    func removeAll(_ session: any SQLSession) throws

    /// The condition for rows of the table that are in a circle, which finds them by the index.
    func isWithin(_ circle: GeographicCircle) -> SQLQuery

    /// The same condition for a row that is known already, without the index.
    func distanceIsWithin(_ circle: GeographicCircle) -> SQLQuery
}
