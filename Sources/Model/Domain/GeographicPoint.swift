/// A place on the Earth.
public struct GeographicPoint: Hashable, Sendable, Codable {
    /// Degrees, WGS 84, north and east positive: −90 to 90, and −180 to 180.
    public let latitude: Double, longitude: Double
    /// Metres above the sea; nil if it is not known.
    public let altitude: Double?

    /// Nil if a number is out of bounds: an altitude is at most a million metres above or below the sea.
    public init?(latitude: Double, longitude: Double, altitude: Double? = nil) {
        guard (-90...90).contains(latitude), (-180...180).contains(longitude),
            altitude.map((-1_000_000...1_000_000).contains) ?? true
        else { return nil }
        (self.latitude, self.longitude, self.altitude) = (latitude, longitude, altitude)
    }
}

extension PhotoMetadata {
    /// The place that the file states; nil if it states none, or one that is out of bounds.
    public var place: GeographicPoint? {
        guard let latitude, let longitude else { return nil }
        return GeographicPoint(latitude: latitude, longitude: longitude, altitude: altitude)
            ?? GeographicPoint(latitude: latitude, longitude: longitude)
    }
}
