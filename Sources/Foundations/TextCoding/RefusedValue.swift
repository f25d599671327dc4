/// Why a type of this project refuses a value that it is asked to decode, in words for the client that sent it.
///
/// It is the underlying error of a `DecodingError`, so that it can be told apart from what the decoder itself
/// reports: those descriptions name Swift types.
public struct RefusedValue: Error {
    /// What is accepted, without a full stop: "64 hexadecimal digits expected".
    public let reason: String
    /// Whether the value is of a member that does not exist; the reason then lists those that do.
    public let isUnknownMember: Bool
}

extension DecodingError {
    /// The error of a decoder whose value is not accepted.
    public static func refused(_ path: [any CodingKey], _ reason: String) -> DecodingError {
        refused(path, RefusedValue(reason: reason, isUnknownMember: false))
    }

    /// The error of a decoder that finds a member which does not exist.
    ///
    /// - Parameter reason: which members there are, without a full stop: "there are width and height".
    public static func unknownMember(_ path: [any CodingKey], _ reason: String) -> DecodingError {
        refused(path, RefusedValue(reason: reason, isUnknownMember: true))
    }

    private static func refused(_ path: [any CodingKey], _ value: RefusedValue) -> DecodingError {
        .dataCorrupted(Context(codingPath: path, debugDescription: value.reason, underlyingError: value))
    }
}
