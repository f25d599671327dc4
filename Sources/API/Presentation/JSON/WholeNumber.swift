internal import Domain
internal import TextCoding

/// A whole number of 64 bits as a member of a body; the decoder's own refusal of a fraction does not say where it is.
struct WholeNumber: Decodable {
    let value: Int64

    init(from decoder: any Decoder) throws {
        switch try? JSONValue(from: decoder) {
        case .integer(let number): value = number
        case .number, nil: throw DecodingError.refused(decoder.codingPath, "a whole number expected")
        default:
            throw DecodingError.typeMismatch(
                Int64.self, .init(codingPath: decoder.codingPath, debugDescription: "a whole number expected"))
        }
    }
}
