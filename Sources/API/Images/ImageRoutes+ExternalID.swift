internal import Domain
internal import HTTPTypes
internal import Services
internal import TextCoding

extension ImageRoutes {
    /// The files of an image to which an address by external id leads.
    private static let parts = FileType.allCases.map(\.rawValue) + ["metadata", "render"]

    /// The account's own images, by the ids that its application has given them.
    var routesByExternalID: [Route] {
        let path = "/v1/images/by-external-id/{external_id}"
        return [
            Route(.get, path) { try await record(identified($0)) },
            Route(.patch, path) { try await update(identified($0)) },
            Route(.delete, path) { try await delete(identified($0)) },
            Route(.get, "\(path)/{file}", file),
        ]
    }

    /// The request with the id of the image that it names.
    private func identified(_ call: Call) async throws -> Call {
        let id = try await library.image(withExternalID: call.parameters["external_id"], for: call.viewer)
        return call.with(PathParameters([("id", "\(id)")]))
    }

    private func file(_ call: Call) async throws -> HTTPResponse {
        let name = call.parameters["file"]
        guard Self.parts.contains(name) else {
            throw Problem(
                .notFound, "There is no such file of an image; there are: \(Self.parts.joined(separator: ", ")).")
        }
        let id = try await library.image(withExternalID: call.parameters["external_id"], for: call.viewer)
        let query = call.request.target.query
            .map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }.joined(separator: "&")
        return HTTPResponse(
            .temporaryRedirect,
            fields: [
                "Location": "\(call.links.image(id))/\(name)\(query.isEmpty ? "" : "?\(query)")",
                "Cache-Control": "no-store",
            ])
    }
}
