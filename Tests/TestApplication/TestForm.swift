import Domain
public import HTTPTypes

/// A form with files and fields (RFC 7578), as `curl -F` sends it.
public struct TestForm: Sendable {
    public static let boundary = "a-boundary-of-tests"
    private var parts: [[UInt8]] = []

    public init() {}

    public func file(_ bytes: [UInt8], name: String, field: String = "file") -> TestForm {
        adding("Content-Disposition: form-data; name=\"\(field)\"; filename=\"\(name)\"", bytes)
    }

    public func field(_ name: String, _ value: String) -> TestForm {
        adding("Content-Disposition: form-data; name=\"\(name)\"", Array(value.utf8))
    }

    private func adding(_ head: String, _ bytes: [UInt8]) -> TestForm {
        var form = self
        form.parts.append(Array("--\(Self.boundary)\r\n\(head)\r\n\r\n".utf8) + bytes + Array("\r\n".utf8))
        return form
    }

    public var bytes: [UInt8] { parts.flatMap { $0 } + Array("--\(Self.boundary)--\r\n".utf8) }

    public static let fields: HTTPFields = ["Content-Type": "multipart/form-data; boundary=\(boundary)"]
}

extension TestApplication {
    /// Sends a form in pieces of a number of bytes.
    public func send(
        _ form: TestForm, _ query: String = "", token: String? = nil, pieces size: Int = 1 << 16
    ) async throws -> TestResponse {
        let bytes = form.bytes
        let pieces = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
        return try await send(.post, "/upload/\(query)", TestForm.fields, token: token, body: pieces)
    }
}
