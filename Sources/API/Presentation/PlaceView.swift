internal import Domain

/// A place as JSON.
struct PlaceView: Encodable {
    let latitude: Double, longitude: Double, altitude: Double?

    init(_ place: GeographicPoint) {
        (latitude, longitude, altitude) = (place.latitude, place.longitude, place.altitude)
    }
}
