/// The name of any member of a JSON object, for objects whose members are not all known beforehand.
public struct AnyCodingKey: CodingKey, Hashable, Sendable {
    public let stringValue: String
    public var intValue: Int? { nil }

    public init(_ name: String) { stringValue = name }
    public init(stringValue: String) { self.stringValue = stringValue }
    /// Names are never numbers.
    public init?(intValue: Int) { nil }
}
