internal import HTTPTypes

/// Pages that explain the types of problems, at the addresses that the types are.
public struct ProblemRoutes: Sendable {
    public init() {}

    public var routes: [Route] { [Route(.get, "/problems/{type}", access: .open, explain)] }

    private func explain(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        guard let type = ProblemType(rawValue: call.parameters["type"]) else {
            let types = ProblemType.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(.notFound, "There is no such type of problems; there are: \(types).")
        }
        return HTTPResponse(
            .ok,
            fields: [
                "Content-Type": "text/html; charset=utf-8",
                "Cache-Control": "no-cache",
                "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
            ], body: .bytes(Array(Self.page(of: type).utf8)))
    }

    /// The texts are the program's own, and have no characters that HTML reads as markup.
    private static func page(of type: ProblemType) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(type.rawValue)</title>
        <h1>\(type.rawValue)</h1>
        <p>\(type.status.code) \(type.status.reason)</p>
        <p>\(type.meaning)</p>
        </html>

        """
    }
}
