/// How the value of an option is read from text.
public struct OptionType<Value: Sendable>: Sendable {
    /// The valid values, to complete the sentence "--name takes …".
    let expectation: String
    let form: ValueForm
    /// All valid texts if they are few words, for completions; empty otherwise.
    let words: [String]
    /// The value of a text; nil if the text is not valid.
    let read: @Sendable (String) -> Value?
    /// A value as the help text shows it.
    let text: @Sendable (Value) -> String

    /// - Parameter words: all valid texts if they are few words.
    public init(
        _ expectation: String, words: [String] = [], form: ValueForm = .text,
        text: @escaping @Sendable (Value) -> String = { "\($0)" }, read: @escaping @Sendable (String) -> Value?
    ) {
        (self.expectation, self.words, self.form, self.text, self.read) = (expectation, words, form, text, read)
    }

    /// The value of a text; nil if the text is not valid.
    public func value(_ text: String) -> Value? { read(text) }
}

extension OptionType where Value == String {
    /// Any text.
    public static var text: OptionType { OptionType("a text") { $0 } }
}

extension OptionType where Value == Int {
    /// A whole number within bounds.
    public static func integer(in range: ClosedRange<Int>) -> OptionType {
        OptionType("a whole number from \(range.lowerBound) to \(range.upperBound)", form: .integer) { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension OptionType where Value == Double {
    /// A whole number of seconds within bounds.
    public static func seconds(in range: ClosedRange<Int>) -> OptionType {
        let integer = OptionType<Int>.integer(in: range)
        return OptionType(integer.expectation, form: .integer, text: { "\(Int($0))" }) {
            integer.read($0).map(Double.init)
        }
    }
}

extension OptionType where Value == Bool {
    /// `on` or `off`.
    public static var onOrOff: OptionType {
        OptionType("on or off", words: ["on", "off"], form: .onOrOff, text: { $0 ? "on" : "off" }) {
            ["on": true, "off": false][$0]
        }
    }
}

extension OptionType where Value == [String] {
    /// Texts with commas between them; the empty text for none.
    public static var list: OptionType {
        OptionType("a list with commas between its elements", form: .list, text: { $0.joined(separator: ",") }) {
            text in
            text.split(separator: ",").map { String($0) }
        }
    }
}

extension OptionType where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the words that the type names.
    public static var choice: OptionType {
        let words = Value.allCases.map(\.rawValue)
        return OptionType("one of " + words.joined(separator: ", "), words: words, text: \.rawValue) {
            Value(rawValue: $0)
        }
    }
}

extension OptionType where Value == Int64 {
    private static let units: [(name: String, bytes: Int64)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
    ]

    /// A number of bytes: digits, which KiB, MiB, GiB or TiB may follow.
    public static var byteCount: OptionType {
        OptionType("a number of bytes such as 500MiB", form: .byteCount, text: describe) { text in
            let unit = units.first { text.hasSuffix($0.name) }
            let digits = unit == nil ? text[...] : text.dropLast(3)
            let factor = unit?.bytes ?? 1
            guard let number = Int64(digits.filter { $0 != " " }), number >= 0, number <= Int64.max / factor else {
                return nil
            }
            return number * factor
        }
    }

    private static func describe(_ bytes: Int64) -> String {
        let unit = units.first { bytes != 0 && bytes.isMultiple(of: $0.bytes) }
        return unit.map { "\(bytes / $0.bytes)\($0.name)" } ?? "\(bytes)"
    }
}
