/// An attribute with an exact value.
public struct AttributeMatch: Hashable, Sendable {
    /// In lower case: names ignore case.
    public let name: String
    /// As `JSONValue.attributeTexts` gives it; case matters.
    public let value: String

    public init(name: String, value: String) { (self.name, self.value) = (name.lowercased(), value) }
}

extension JSONValue {
    /// The longest value of an attribute that is found by, in Unicode scalars.
    private static let longestText = 200

    /// The texts that an attribute with this value is found by: its own, or those of its elements. Objects, null, and
    /// long texts have none.
    public var attributeTexts: Set<String> {
        switch self {
        case .null, .object: []
        case .bool(let value): [value ? "true" : "false"]
        case .integer(let number): [String(number)]
        case .number(let number): ["\(number)"]
        case .string(let text): text.unicodeScalars.count <= Self.longestText ? [text] : []
        case .array(let elements):
            elements.reduce(into: []) { texts, element in
                if case .array = element { return }
                texts.formUnion(element.attributeTexts)
            }
        }
    }
}
