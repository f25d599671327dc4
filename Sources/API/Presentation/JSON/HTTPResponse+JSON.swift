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
