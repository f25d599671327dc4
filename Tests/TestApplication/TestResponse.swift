public import Domain
import Foundation
public import HTTPTypes
import Streams
import SystemIO

/// A response with its whole body.
public struct TestResponse: Sendable {
    public let status: Int
    public let fields: HTTPFields
    public let body: [UInt8]

    init(_ response: HTTPResponse) async throws {
        (status, fields) = (response.status.code, response.fields)
        body = try await Self.read(response.body)
    }

    private static func read(_ body: HTTPBody) async throws -> [UInt8] {
        switch body {
        case .empty: return []
        case .bytes(let bytes): return bytes
        case .file(let slice): return try slice.file.read(at: slice.offset, count: Int(slice.length))
        case .segments(_, let stream):
            var bytes: [UInt8] = []
            while let segments = try await stream.next() {
                for segment in segments {
                    switch segment {
                    case .bytes(let piece): bytes += piece
                    case .file(let slice): bytes += try slice.file.read(at: slice.offset, count: Int(slice.length))
                    }
                }
            }
            return bytes
        case .stream(_, let stream): return try await stream.collect(upTo: 1 << 30)
        }
    }

    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON; null if it is not JSON.
    public var json: JSONValue { (try? JSONDecoder().decode(JSONValue.self, from: Data(body))) ?? .null }

    /// A member of the body, by its path: `response["images", 0, "id"]`.
    public subscript(path: any JSONPathComponent...) -> JSONValue {
        path.reduce(json) { value, component in component.member(of: value) }
    }
}

/// A name of a member or an index of an element.
public protocol JSONPathComponent {
    func member(of value: JSONValue) -> JSONValue
}

extension String: JSONPathComponent {
    public func member(of value: JSONValue) -> JSONValue {
        guard case .object(let members) = value else { return .null }
        return members[self] ?? .null
    }
}

extension Int: JSONPathComponent {
    public func member(of value: JSONValue) -> JSONValue {
        guard case .array(let elements) = value, elements.indices.contains(self) else { return .null }
        return elements[self]
    }
}

extension JSONValue {
    /// The text; nil for any other value.
    public var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The number of elements or members; nil for any other value.
    public var count: Int? {
        switch self {
        case .array(let elements): elements.count
        case .object(let members): members.count
        default: nil
        }
    }
}
