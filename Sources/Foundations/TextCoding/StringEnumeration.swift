/// A closed list of words. Decoding another word names those that there are.
public protocol StringEnumeration: RawRepresentable<String>, CaseIterable, Codable, Sendable {}

extension StringEnumeration {
    /// - Throws: a refusal that lists all words.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Self(rawValue: try container.decode(String.self)) else {
            let words = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw DecodingError.refused(container.codingPath, "one of \(words) expected")
        }
        self = value
    }
}
