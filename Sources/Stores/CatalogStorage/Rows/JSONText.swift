internal import Domain
internal import FoundationEssentials
internal import StreamedJSON

/// JSON in a text column.
enum JSONText {
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from text: String) throws -> Value {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        return try decoder.decode(type, from: Data(text.utf8))
    }

    /// Decodes any value, in time that is linear in the length of the text.
    static func decodeAny(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    /// Decodes the members of an object, in time that is linear in the length of the text.
    ///
    /// - Throws: `DecodingError` for any other value.
    static func decodeMembers(_ text: String) throws -> [String: JSONValue] {
        if text == "{}" { return [:] }
        guard case .object(let members) = try decodeAny(text) else {
            throw DecodingError.typeMismatch(
                [String: JSONValue].self, .init(codingPath: [], debugDescription: "an object expected"))
        }
        return members
    }

    /// Decodes an array of strings.
    static func decodeStrings(_ text: String) throws -> [String] {
        text == "[]" ? [] : try decode([String].self, from: text)
    }
}
