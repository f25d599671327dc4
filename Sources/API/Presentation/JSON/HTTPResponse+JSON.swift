internal import FoundationEssentials
internal import HTTPTypes

extension HTTPResponse {
    /// A response whose body is a value as JSON.
    static func json(_ status: HTTPStatus, _ value: some Encodable) -> HTTPResponse {
        do {
            let bytes = try JSONBytes.encode(value)
            return HTTPResponse(
                status,
                fields: [
                    "Content-Type": "application/json", "Cache-Control": "private, no-cache",
                    // What one account is shown is not for another one.
                    "Vary": "Authorization, Cookie",
                ],
                body: .bytes(bytes + [UInt8(ascii: "\n")]))
        } catch {
            // Values of this room always encode; were one not to, the client must not take the body for an answer.
            return HTTPResponse(.internalServerError)
        }
    }
}

/// Reads JSON bodies.
enum JSONBody {
    /// - Throws: a problem that tells where the JSON is wrong.
    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw Problem(.badRequest, name: "malformed-json", describe(error))
        }
    }

    private static func describe(_ error: DecodingError) -> String {
        func place(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? "The body" : "The member '\(path)'"
        }
        switch error {
        case .typeMismatch(_, let context): return "\(place(context)) has the wrong type: \(context.debugDescription)"
        case .valueNotFound(_, let context): return "\(place(context)) must not be null."
        case .keyNotFound(let key, let context): return "\(place(context)) lacks the member '\(key.stringValue)'."
        case .dataCorrupted(let context):
            return context.codingPath.isEmpty
                ? "The body is no JSON." : "\(place(context)) cannot be read: \(context.debugDescription)."
        @unknown default: return "The body cannot be read."
        }
    }
}
