internal import Domain
internal import SQL

/// The places of the images in SQLite's R*Tree, as points of the unit sphere.
struct SQLitePlaceIndex: PlaceIndex {
    let table: SQLQuery = "image_places"
    let sequence: SQLQuery = "image_places.image"

    func insert(_ point: SpherePoint, at sequence: Int64, _ session: any SQLSession) throws {
        try session.execute(
            """
            INSERT INTO image_places (image, min_x, max_x, min_y, max_y, min_z, max_z, x, y, z)
            VALUES (\(sequence), \(point.x), \(point.x), \(point.y), \(point.y), \(point.z), \(point.z),
                \(point.x), \(point.y), \(point.z))
            """)
    }

    func remove(at sequence: Int64, _ session: any SQLSession) throws {
        try session.execute("DELETE FROM image_places WHERE image = \(sequence)")
    }

    func removeAll(_ session: any SQLSession) throws {
        try session.execute("DELETE FROM image_places")
    }

    /// First whether the place is in the box around the circle, which the tree finds, then exactly.
    func isWithin(_ circle: GeographicCircle) -> SQLQuery {
        "\(sql: boxContains(circle)) AND \(sql: distanceIsWithin(circle))"
    }

    func distanceIsWithin(_ circle: GeographicCircle) -> SQLQuery {
        let (centre, chord) = (SpherePoint(centreOf: circle), SpherePoint.chord(kilometres: circle.kilometres))
        return """
            (x - \(centre.x)) * (x - \(centre.x)) + (y - \(centre.y)) * (y - \(centre.y))
                + (z - \(centre.z)) * (z - \(centre.z)) <= \(chord * chord)
            """
    }

    private func boxContains(_ circle: GeographicCircle) -> SQLQuery {
        let (centre, chord) = (SpherePoint(centreOf: circle), SpherePoint.chord(kilometres: circle.kilometres))
        return """
            min_x <= \(centre.x + chord) AND max_x >= \(centre.x - chord)
            AND min_y <= \(centre.y + chord) AND max_y >= \(centre.y - chord)
            AND min_z <= \(centre.z + chord) AND max_z >= \(centre.z - chord)
            """
    }
}
