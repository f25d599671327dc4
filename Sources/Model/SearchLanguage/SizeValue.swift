internal import Domain

/// Parses a size: `3000`, `>=3000`, `<600`, `600..1200`, `1MB..`; both ends of a range are included.
struct SizeValue {
    let interval: SearchInterval<Int64>

    private static let comparisons = [">=", "<=", ">", "<"]
    private static let units: [(name: String, bytes: Double)] = [
        ("kib", 1024), ("mib", 1_048_576), ("gib", 1_073_741_824), ("kb", 1e3), ("mb", 1e6), ("gb", 1e9), ("b", 1),
    ]

    /// - Parameter hasUnits: whether units such as `kB` and `MiB` may follow a number, in either case.
    ///
    /// Nil if the size is malformed, or the range ends before it begins.
    init?(_ text: String, hasUnits: Bool) {
        if let comparison = Self.comparisons.first(where: { text.hasPrefix($0) }) {
            guard let number = Self.number(text.dropFirst(comparison.count), hasUnits) else { return nil }
            interval =
                switch comparison {
                case ">=": SearchInterval(from: number)
                case ">": SearchInterval(from: number + 1)
                case "<=": SearchInterval(below: number + 1)
                default: SearchInterval(below: number)
                }
        } else if let dots = text.utf8Offset(of: "..") {
            let (left, right) = (text.prefix(upTo: dots.lowerBound), text.suffix(from: dots.upperBound))
            let (first, last) = (Self.number(left, hasUnits), Self.number(right, hasUnits))
            guard !(left.isEmpty && right.isEmpty), (first == nil) == left.isEmpty, (last == nil) == right.isEmpty,
                first ?? 0 <= last ?? .max
            else { return nil }
            interval = SearchInterval(from: first, below: last.map { $0 + 1 })
        } else {
            guard let number = Self.number(text[...], hasUnits) else { return nil }
            interval = SearchInterval(from: number, below: number + 1)
        }
    }

    /// A number of at most 2^60, with a fraction only if a unit follows.
    private static func number(_ text: Substring, _ hasUnits: Bool) -> Int64? {
        let lower = text.lowercased()
        let unit = hasUnits ? units.first { lower.hasSuffix($0.name) } : nil
        let digits = lower.dropLast(unit?.name.count ?? 0)
        guard !digits.isEmpty, digits.utf8.count <= 20, digits.allSatisfy({ "0123456789.".contains($0) }),
            unit != nil || !digits.contains("."), let number = Double(digits)
        else { return nil }
        let bytes = (number * (unit?.bytes ?? 1)).rounded()
        return bytes <= 0x1p60 ? Int64(bytes) : nil
    }
}
