internal import FoundationEssentials
internal import HTTPTypes
internal import StreamedJSON
internal import TextCoding

extension HTTPResponse {
    /// A response whose body is a value as JSON.
    static func json(_ status: HTTPStatus, _ value: some Encodable) -> HTTPResponse {
        do {
            let bytes = try JSONBytes.encode(value)
            return HTTPResponse(
                status,
                fields: [
                    "Content-Type": "application/json", "Cache-Control": "private, no-cache",
                    // Caches must not serve one account's answer to another.
                    "Vary": "Authorization, Cookie",
                ],
                body: .bytes(bytes + [UInt8(ascii: "\n")]))
        } catch {
            // The values of the API always encode. If one did not, the client must not take an empty body for an
            // answer.
            return HTTPResponse(.internalServerError)
        }
    }
}

/// A body that is an object with these members and no others: one with another member is refused by its name.
protocol JSONObjectBody: Decodable {
    associatedtype CodingKeys: CodingKey & CaseIterable
}

/// Reads JSON bodies.
enum JSONBody {
    /// - Throws: a problem that says which member is wrong or unknown, and what it must be.
    static func decode<Body: JSONObjectBody>(_ type: Body.Type, from bytes: [UInt8]) throws -> Body {
        let known = Body.CodingKeys.allCases.map(\.stringValue)
        for name in try check(bytes) where !known.contains(name) {
            throw Problem(
                .badRequest, name: "malformed-json",
                "There is no member '\(name.prefix(100))' here; there are: \(known.joined(separator: ", ")).")
        }
        return try decodeChecked(type, from: bytes)
    }

    /// Reads a value whose own initializer refuses what it does not know.
    ///
    /// - Throws: a problem that says which member is wrong, and what it must be.
    static func decode<Value: Decodable>(
        open type: Value.Type, from bytes: [UInt8], maximumDepth: Int = 32
    ) throws -> Value {
        _ = try check(bytes, maximumDepth: maximumDepth)
        return try decodeChecked(type, from: bytes)
    }

    private static func check(_ bytes: [UInt8], maximumDepth: Int = 32) throws -> [String] {
        do {
            return try JSONSyntax.check(bytes, maximumDepth: maximumDepth)
        } catch {
            throw Problem(
                .badRequest, name: "malformed-json",
                "The body is not valid JSON: \(error.reason), after \(error.position) bytes.")
        }
    }

    private static func decodeChecked<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw Problem(.badRequest, name: "malformed-json", describe(error))
        }
    }

    private static func describe(_ error: DecodingError) -> String {
        func subject(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map { $0.intValue.map { "\($0)" } ?? $0.stringValue }.joined(separator: ".")
            return path.isEmpty ? "The body" : "The member '\(path.prefix(200))'"
        }
        switch error {
        case .typeMismatch(let type, let context): return "\(subject(context)) must be \(name(of: type))."
        case .valueNotFound(let type, let context):
            return "\(subject(context)) must be \(name(of: type)), and not null."
        case .keyNotFound(let key, let context): return "\(subject(context)) lacks the member '\(key.stringValue)'."
        case .dataCorrupted(let context):
            if let refused = context.underlyingError as? RefusedValue {
                return "\(subject(context)) is not accepted: \(refused.reason)."
            }
            return context.codingPath.isEmpty
                ? "The body is not valid JSON." : "\(subject(context)) is not a value that is accepted here."
        @unknown default: return "The body cannot be read."
        }
    }

    /// The JSON term for the values of a type.
    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a text"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        default: "\(type)".hasPrefix("Array") ? "an array" : "an object"
        }
    }
}
