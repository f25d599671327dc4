/// Amounts in a readable form.
public enum Amount {
    /// `512 B`, `3.4 MB`: in powers of ten, with two digits below ten.
    public static func bytes(_ bytes: Int64) -> String {
        let units = ["B", "kB", "MB", "GB", "TB", "PB"]
        var value = Double(bytes)
        var unit = 0
        while value >= 999.5, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        let tenths = Int((value * 10).rounded())
        let text = unit > 0 && tenths < 100 ? "\(tenths / 10).\(tenths % 10)" : "\(Int(value.rounded()))"
        return "\(text) \(units[unit])"
    }

    /// The same, right-aligned in a column.
    public static func column(_ bytes: Int64) -> String {
        let text = self.bytes(bytes)
        return String(repeating: " ", count: max(0, 8 - text.count)) + text
    }

    /// `0:07`, `2:31:09`.
    public static func time(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded(.up))
        let (hours, minutes) = (whole / 3600, whole / 60 % 60)
        return (hours > 0 ? "\(hours):\(two(minutes))" : "\(minutes)") + ":\(two(whole % 60))"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
