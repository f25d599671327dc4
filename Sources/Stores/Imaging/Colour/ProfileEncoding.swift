/// Writes a colour profile (ICC.1:2010) of what a file states by other means, so that there is one way to sRGB for all.
enum ProfileEncoding {
    /// The places of a curve.
    private static let curveLength = 4096

    /// A profile of three primaries and one curve.
    ///
    /// - Parameter colorants: red, green and blue in XYZ under D50.
    static func colour(_ colorants: [[Double]], _ curve: TransferCurve) -> [UInt8] {
        let xyz = colorants.map { [UInt8]("XYZ ".utf8) + [0, 0, 0, 0] + $0.flatMap(fixed) }
        let shared = bytes(of: curve)
        return profile(
            "RGB ",
            [
                ("wtpt", whitePoint), ("rXYZ", xyz[0]), ("gXYZ", xyz[1]), ("bXYZ", xyz[2]), ("rTRC", shared),
                ("gTRC", shared), ("bTRC", shared),
            ])
    }

    /// A profile of one curve for a picture without colours.
    static func grey(_ curve: TransferCurve) -> [UInt8] {
        profile("GRAY", [("wtpt", whitePoint), ("kTRC", bytes(of: curve))])
    }

    /// D50.
    private static let illuminant = [0.9642, 1, 0.8249]
    private static var whitePoint: [UInt8] { [UInt8]("XYZ ".utf8) + [0, 0, 0, 0] + illuminant.flatMap(fixed) }

    private static func bytes(of curve: TransferCurve) -> [UInt8] {
        if case .exponent(let exponent) = curve {
            return [UInt8]("para".utf8) + number(0) + number(0) + fixed(exponent)
        }
        let samples = (0..<curveLength).flatMap { index -> [UInt8] in
            let light = curve.light(Double(index) / Double(curveLength - 1))
            let sample = UInt16((min(max(light, 0), 1) * 65_535).rounded())
            return [UInt8(sample >> 8), UInt8(truncatingIfNeeded: sample)]
        }
        return [UInt8]("curv".utf8) + number(0) + number(curveLength) + samples
    }

    /// Section 7.2, the header of 128 bytes, and section 7.3, the table of tags. Equal elements are written once.
    private static func profile(_ space: String, _ tags: [(name: String, element: [UInt8])]) -> [UInt8] {
        var table = number(tags.count)
        var elements: [UInt8] = []
        var places: [[UInt8]: Int] = [:]
        let start = 128 + 4 + 12 * tags.count
        for (name, element) in tags {
            let place = places[element] ?? (start + elements.count)
            if places[element] == nil {
                places[element] = place
                elements += element + [UInt8](repeating: 0, count: (4 - element.count % 4) % 4)
            }
            table += [UInt8](name.utf8) + number(place) + number(element.count)
        }
        return header(space, count: start + elements.count) + table + elements
    }

    private static func header(_ space: String, count: Int) -> [UInt8] {
        var header = number(count) + [0, 0, 0, 0] + number(0x0430_0000) + [UInt8]("mntr\(space)XYZ ".utf8)
        header += [UInt8](repeating: 0, count: 12) + [UInt8]("acsp".utf8) + [UInt8](repeating: 0, count: 28)
        header += illuminant.flatMap(fixed)
        return header + [UInt8](repeating: 0, count: 128 - header.count)
    }

    private static func number(_ value: Int) -> [UInt8] {
        let value = UInt32(truncatingIfNeeded: value)
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// A number with 16 binary places.
    private static func fixed(_ value: Double) -> [UInt8] {
        number(Int((min(max(value, -32_000), 32_000) * 65_536).rounded()))
    }
}
