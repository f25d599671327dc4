/// The points within a distance of a point, along great circles of a sphere.
public struct GeographicCircle: Hashable, Sendable {
    /// Degrees, north and east positive: −90 to 90, and −180 to 180.
    public let latitude: Double, longitude: Double
    /// More than 0.
    public let kilometres: Double

    /// The mean radius of the Earth (IUGG), in kilometres. The sphere is off by at most 0.6 % of a distance.
    public static let earthRadius = 6371.0088

    /// Nil if a number is out of bounds.
    public init?(latitude: Double, longitude: Double, kilometres: Double) {
        guard (-90...90).contains(latitude), (-180...180).contains(longitude), kilometres > 0, kilometres.isFinite
        else { return nil }
        (self.latitude, self.longitude, self.kilometres) = (latitude, longitude, kilometres)
    }
}
