internal import Domain
internal import HTTPTypes
public import Services
internal import Streams

/// Changes of many images at once, as jobs.
public struct BulkChangeRoutes: Sendable {
    /// Room for the ids of as many images as one request may name.
    private static let maximumBodyBytes = 6 << 20

    private let bulk: BulkChanges

    public init(bulk: BulkChanges) { self.bulk = bulk }

    public var routes: [Route] {
        [
            Route(.post, "/v1/images/bulk", change), Route(.get, "/v1/jobs/{id}/failures", failures),
            Route(.post, "/v1/jobs/{id}/undo", undo),
        ]
    }

    private func change(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        let bytes = try await call.request.body.collect(upTo: Self.maximumBodyBytes)
        let body = try JSONBody.decode(open: BulkChangeBody.self, from: bytes)
        body.note(in: call.trail)
        let job = try await bulk.request(body.edit, of: try body.selection, for: call.viewer)
        return .accepted(job, call.links)
    }

    private func failures(_ call: Call) async throws -> HTTPResponse {
        let query = try QueryParameters(call.request.target, known: ["cursor", "limit"])
        let page = try await bulk.failures(
            of: try call.jobID, after: try query.cursor(), limit: try query.number("limit", in: 1...1000) ?? 100,
            for: call.viewer)
        return ListView(
            name: "failures", ids: page.elements.map(\.image.description),
            entries: page.elements.map(BulkFailureView.init), next: page.next?.description
        ).response(to: call.request)
    }

    private func undo(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        return .accepted(try await bulk.undo(try call.jobID, for: call.viewer), call.links)
    }
}
