/// Why a type of this project refuses a value that it is asked to decode, in words for the client that sent it.
///
/// It is the underlying error of a `DecodingError`, so that it can be told apart from what the decoder itself
/// reports: those descriptions name Swift types.
public struct RefusedValue: Error {
    /// What is accepted, without a full stop: "64 hexadecimal digits expected".
    public let reason: String
}

extension DecodingError {
    /// The error of a decoder whose value is not accepted.
    public static func refused(_ path: [any CodingKey], _ reason: String) -> DecodingError {
        .dataCorrupted(
            Context(codingPath: path, debugDescription: reason, underlyingError: RefusedValue(reason: reason)))
    }
}
