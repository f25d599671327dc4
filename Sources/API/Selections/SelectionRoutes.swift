internal import Domain
internal import HTTPTypes
public import Services
internal import Streams

/// Images that an account has selected, kept for an hour.
public struct SelectionRoutes: Sendable {
    /// Room for two thousand ids, and the ends of a thousand ranges.
    private static let maximumBodyBytes = 1 << 20

    private let selections: Selections

    public init(selections: Selections) { self.selections = selections }

    /// A selection changes no image, so the scope `read` is sufficient.
    public var routes: [Route] {
        [
            Route(.post, "/v1/selections", access: .reading, make),
            Route(.get, "/v1/selections/{id}", selection),
            Route(.delete, "/v1/selections/{id}", access: .reading, remove),
        ]
    }

    private func make(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        let bytes = try await call.request.body.collect(upTo: Self.maximumBodyBytes)
        let request = try JSONBody.decode(open: SelectionBody.self, from: bytes).request
        let summary = try await selections.make(request, for: call.viewer)
        var response = HTTPResponse.json(.created, SelectionView(summary: summary))
        response.fields["Location"] = call.links.path("/v1/selections/\(summary.selection.id)")
        return response
    }

    private func selection(_ call: Call) async throws -> HTTPResponse {
        let summary = try await selections.selection(try id(call), for: call.viewer)
        return .json(.ok, SelectionView(summary: summary))
    }

    private func remove(_ call: Call) async throws -> HTTPResponse {
        try await selections.remove(try id(call), for: call.viewer)
        return HTTPResponse(.noContent)
    }

    private func id(_ call: Call) throws -> SelectionID {
        _ = try QueryParameters(call.request.target, known: [])
        return try call.identity(of: "a selection")
    }
}
