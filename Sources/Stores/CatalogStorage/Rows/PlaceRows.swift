internal import Domain
internal import SQL

/// Rows of `image_places`: the places at which images were taken, as points of the unit sphere in an R*Tree.
enum PlaceRows {
    /// Inserts the place of an image, if it has one.
    static func insert(_ metadata: PhotoMetadata, at sequence: Int64, _ session: any SQLSession) throws {
        guard let point = SpherePoint(metadata) else { return }
        try session.execute(
            """
            INSERT INTO image_places (image, min_x, max_x, min_y, max_y, min_z, max_z, x, y, z)
            VALUES (\(sequence), \(point.x), \(point.x), \(point.y), \(point.y), \(point.z), \(point.z),
                \(point.x), \(point.y), \(point.z))
            """)
    }

    static func remove(_ metadata: PhotoMetadata, at sequence: Int64, _ session: any SQLSession) throws {
        guard SpherePoint(metadata) != nil else { return }
        try session.execute("DELETE FROM image_places WHERE image = \(sequence)")
    }

    static func removeAll(_ session: any SQLSession) throws {
        try session.execute("DELETE FROM image_places")
    }

    /// Whether a place is in the circle: first whether it is in the box around it, which the tree knows, then exactly.
    static func isWithin(_ circle: GeographicCircle) -> SQLQuery {
        let chord = SpherePoint.chord(kilometres: circle.kilometres)
        return "\(sql: box(circle, chord)) AND \(sql: distance(circle, chord))"
    }

    /// Whether the image at hand is in the circle.
    static func imageIsWithin(_ circle: GeographicCircle) -> SQLQuery {
        let chord = SpherePoint.chord(kilometres: circle.kilometres)
        return """
            EXISTS (SELECT 1 FROM image_places
                WHERE image_places.image = images.seq AND \(sql: distance(circle, chord)))
            """
    }

    private static func box(_ circle: GeographicCircle, _ chord: Double) -> SQLQuery {
        let centre = SpherePoint(latitude: circle.latitude, longitude: circle.longitude)
        return """
            min_x <= \(centre.x + chord) AND max_x >= \(centre.x - chord)
            AND min_y <= \(centre.y + chord) AND max_y >= \(centre.y - chord)
            AND min_z <= \(centre.z + chord) AND max_z >= \(centre.z - chord)
            """
    }

    private static func distance(_ circle: GeographicCircle, _ chord: Double) -> SQLQuery {
        let centre = SpherePoint(latitude: circle.latitude, longitude: circle.longitude)
        return """
            (x - \(centre.x)) * (x - \(centre.x)) + (y - \(centre.y)) * (y - \(centre.y))
                + (z - \(centre.z)) * (z - \(centre.z)) <= \(chord * chord)
            """
    }
}
