internal import FoundationEssentials
internal import StreamedJSON
internal import TextCoding

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
                .unknownMember, at: .pointer(JSONPointer.text([name])),
                "There is no member '\(name.prefix(100))' here; there are: \(known.joined(separator: ", ")).")
        }
        return try decodeChecked(type, from: bytes)
    }

    /// Reads a value whose own initializer refuses what it does not know.
    ///
    /// - Parameter subject: what the bytes are, in the words of messages.
    /// - Throws: a problem that says which member is wrong, and what it must be.
    static func decode<Value: Decodable>(
        open type: Value.Type, from bytes: [UInt8], of subject: String = "The body", maximumDepth: Int = 32
    ) throws -> Value {
        _ = try check(bytes, of: subject, maximumDepth: maximumDepth)
        return try decodeChecked(type, from: bytes, of: subject)
    }

    private static func check(
        _ bytes: [UInt8], of subject: String = "The body", maximumDepth: Int = 32
    ) throws -> [String] {
        do {
            return try JSONSyntax.check(bytes, maximumDepth: maximumDepth)
        } catch {
            throw Problem(error, of: subject)
        }
    }

    private static func decodeChecked<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8], of subject: String = "The body"
    ) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw problem(error, of: subject)
        }
    }

    /// The decoder's own descriptions name types of the implementation, so that none of them is shown.
    private static func problem(_ error: DecodingError, of whole: String) -> Problem {
        func names(_ path: [any CodingKey]) -> [String] { path.map { $0.intValue.map { "\($0)" } ?? $0.stringValue } }
        func pointer(_ path: [any CodingKey]) -> Problem.Fault { .pointer(JSONPointer.text(names(path))) }
        func subject(_ path: [any CodingKey]) -> String {
            path.isEmpty ? whole : "The member '\(names(path).joined(separator: ".").prefix(200))'"
        }
        switch error {
        case .typeMismatch(let type, let context):
            let path = context.codingPath
            return Problem(.wrongJSONType, at: pointer(path), "\(subject(path)) must be \(name(of: type)).")
        case .valueNotFound(let type, let context):
            let path = context.codingPath
            return Problem(
                .wrongJSONType, at: pointer(path), "\(subject(path)) must be \(name(of: type)), and not null.")
        case .keyNotFound(let key, let context):
            let path = context.codingPath
            return Problem(
                .missingMember, at: pointer(path + [key]), "\(subject(path)) lacks the member '\(key.stringValue)'.")
        case .dataCorrupted(let context):
            let path = context.codingPath
            guard let refused = context.underlyingError as? RefusedValue else {
                return Problem(
                    .invalidMember, at: pointer(path), "\(subject(path)) is not a value that is accepted here.")
            }
            return refused.isUnknownMember
                ? Problem(
                    .unknownMember, at: pointer(path),
                    "There is no member '\(names(path).last?.prefix(100) ?? "")' here; \(refused.reason).")
                : Problem(.invalidMember, at: pointer(path), "\(subject(path)) is not accepted: \(refused.reason).")
        @unknown default: return Problem(.badRequest, "\(whole) cannot be read.")
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

/// JSON pointers (RFC 6901).
enum JSONPointer {
    /// The pointer that follows these names and indices; empty for the whole value.
    static func text(_ names: [String]) -> String {
        names.map { "/" + $0.replacing("~", with: "~0").replacing("/", with: "~1") }.joined()
    }
}
