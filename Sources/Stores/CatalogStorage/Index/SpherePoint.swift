internal import Domain
internal import Glibc

/// A place as a point of the unit sphere.
///
/// In three dimensions, neither the poles nor the 180th meridian are special. A distance along a great circle
/// corresponds to a straight line, the chord (`docs/decisions/0013`).
struct SpherePoint: Hashable {
    let x: Double, y: Double, z: Double

    /// - Parameters:
    ///   - latitude: in degrees.
    ///   - longitude: in degrees.
    init(latitude: Double, longitude: Double) {
        let (north, east) = (latitude * .pi / 180, longitude * .pi / 180)
        (x, y, z) = (cos(north) * cos(east), cos(north) * sin(east), sin(north))
    }

    init(centreOf circle: GeographicCircle) {
        self.init(latitude: circle.latitude, longitude: circle.longitude)
    }

    init(_ place: GeographicPoint) { self.init(latitude: place.latitude, longitude: place.longitude) }

    /// The chord of a distance along a great circle: at most 2, the diameter.
    static func chord(kilometres: Double) -> Double {
        2 * sin(min(kilometres / GeographicCircle.earthRadius / 2, .pi / 2))
    }
}
