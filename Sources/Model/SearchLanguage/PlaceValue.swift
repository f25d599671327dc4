internal import Domain

/// Parses a point and a distance: `48.2,16.37,5`, in degrees and kilometres.
struct PlaceValue {
    let circle: GeographicCircle

    /// Nil if the numbers are malformed or out of bounds.
    init?(_ text: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(Self.number)
        guard parts.count == 3, let latitude = parts[0], let longitude = parts[1], let kilometres = parts[2],
            let circle = GeographicCircle(latitude: latitude, longitude: longitude, kilometres: kilometres)
        else { return nil }
        self.circle = circle
    }

    /// A decimal number; no hexadecimal, no `nan`, no `inf`, which `Double` would read too.
    private static func number(_ text: Substring) -> Double? {
        let trimmed = text.drop { $0 == " " }
        guard trimmed.utf8.count <= 30, trimmed.allSatisfy({ "0123456789.+-".contains($0) }) else { return nil }
        return Double(trimmed)
    }
}
