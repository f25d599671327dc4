/// Parses decimal numbers in URLs: `12`, `0.5`, `.5`; no sign, no exponent, no infinity.
public enum DecimalNumber {
    /// Digits and at most one point, at most 20 characters; nil for anything else.
    public static func read(_ text: some StringProtocol) -> Double? {
        let bytes = Array(text.utf8)
        let digits = bytes.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
        let points = bytes.filter { $0 == UInt8(ascii: ".") }.count
        guard (1...20).contains(bytes.count), digits >= 1, points <= 1, digits + points == bytes.count,
            bytes.last != UInt8(ascii: ".")
        else { return nil }
        return Double(text)
    }
}
