internal import Domain
internal import TextCoding

/// A place in a body: degrees, and metres if they are known.
struct PlaceBody: Decodable {
    let place: GeographicPoint

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyCodingKey.self)
        let known = ["latitude", "longitude", "altitude"]
        for key in container.allKeys where !known.contains(key.stringValue) {
            throw DecodingError.unknownMember(
                container.codingPath + [key], "a place has only the members latitude, longitude and altitude")
        }
        let latitude = try container.decode(Double.self, forKey: AnyCodingKey("latitude"))
        let longitude = try container.decode(Double.self, forKey: AnyCodingKey("longitude"))
        let altitude = try container.decodeIfPresent(Double.self, forKey: AnyCodingKey("altitude"))
        guard let place = GeographicPoint(latitude: latitude, longitude: longitude, altitude: altitude) else {
            throw DecodingError.refused(
                container.codingPath,
                "latitudes are -90 to 90 and longitudes -180 to 180 degrees, altitudes -1000000 to 1000000 metres")
        }
        self.place = place
    }
}
