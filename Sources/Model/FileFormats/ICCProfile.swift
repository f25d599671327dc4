/// The part of an ICC profile (ICC.1:2010) that decides whether colours have to be converted.
public enum ICCProfile {
    /// sRGB's colorants, adapted to D50 as profiles state them (IEC 61966-2-1).
    private static let colorants: [(tag: String, xyz: [Double])] = [
        ("rXYZ", [0.4361, 0.2225, 0.0139]), ("gXYZ", [0.3851, 0.7169, 0.0971]), ("bXYZ", [0.1431, 0.0606, 0.7141]),
    ]

    /// Whether the bytes are a profile of a device that displays or prints pictures (section 7.2).
    public static func isPlausible(_ profile: [UInt8]) -> Bool {
        profile.has("acsp", at: 36) && (ByteOrder.big.uint32(profile, at: 128) ?? 0) > 0
            && ["RGB ", "GRAY", "CMYK", "Lab "].contains { profile.has($0, at: 16) }
    }

    /// Whether the profile's numbers are those of sRGB: then its pixels may be taken as they are.
    ///
    /// Names are not used, because some profiles have wrong ones. False if the profile cannot be read.
    public static func isSRGB(_ profile: [UInt8]) -> Bool {
        guard profile.has("RGB XYZ ", at: 16), profile.has("acsp", at: 36) else { return false }
        let tags = table(profile)
        guard tags["A2B0"] == nil, tags["A2B1"] == nil else { return false }
        for (tag, expected) in colorants {
            guard let place = tags[tag], profile.has("XYZ ", at: place.lowerBound) else { return false }
            for (index, wanted) in expected.enumerated() {
                guard let value = fixed(profile, at: place.lowerBound + 8 + index * 4), abs(value - wanted) < 0.0025
                else {
                    return false
                }
            }
        }
        return ["rTRC", "gTRC", "bTRC"].allSatisfy { tag in
            tags[tag].map { isSRGBCurve(profile, at: $0.lowerBound) } ?? false
        }
    }

    /// The tags with the positions of their data, at most 100.
    private static func table(_ profile: [UInt8]) -> [String: Range<Int>] {
        var tags: [String: Range<Int>] = [:]
        let count = min(ByteOrder.big.uint32(profile, at: 128) ?? 0, 100)
        for index in 0..<count {
            let entry = 132 + index * 12
            guard let offset = ByteOrder.big.uint32(profile, at: entry + 4),
                let size = ByteOrder.big.uint32(profile, at: entry + 8), offset + size <= profile.count
            else { continue }
            tags[String(decoding: profile[entry..<(entry + 4)], as: UTF8.self)] = offset..<(offset + size)
        }
        return tags
    }

    /// Compares a curve with sRGB's at a few places (sections 10.5 and 10.15).
    private static func isSRGBCurve(_ profile: [UInt8], at offset: Int) -> Bool {
        if profile.has("para", at: offset) {
            guard ByteOrder.big.uint16(profile, at: offset + 8) == 3 else { return false }
            let expected = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]
            return expected.enumerated().allSatisfy { index, wanted in
                fixed(profile, at: offset + 12 + index * 4).map { abs($0 - wanted) < 0.002 } ?? false
            }
        }
        guard profile.has("curv", at: offset), let count = ByteOrder.big.uint32(profile, at: offset + 8),
            (256...65_536).contains(count)
        else { return false }
        return [0.02, 0.1, 0.25, 0.5, 0.75, 0.9].allSatisfy { place in
            let index = Int(place * Double(count - 1))
            guard let stated = ByteOrder.big.uint16(profile, at: offset + 12 + index * 2) else { return false }
            return abs(Double(stated) / 65_535 - linear(Double(index) / Double(count - 1))) < 0.002
        }
    }

    /// sRGB's own curve, from code to light (IEC 61966-2-1); the fifth root is found by Newton's method.
    private static func linear(_ code: Double) -> Double {
        guard code > 0.04045 else { return code / 12.92 }
        let base = (code + 0.055) / 1.055
        // base^2.4 = base² · base^0.4, and base^0.4 is the fifth root of base².
        var root = 1.0
        for _ in 0..<40 { root -= (root * root * root * root * root - base * base) / (5 * root * root * root * root) }
        return base * base * root
    }

    private static func fixed(_ profile: [UInt8], at offset: Int) -> Double? {
        ByteOrder.big.uint32(profile, at: offset).map { Double(Int32(truncatingIfNeeded: $0)) / 65_536 }
    }
}
