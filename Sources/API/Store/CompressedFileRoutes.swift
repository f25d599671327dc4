internal import Domain
internal import HTTPTypes
public import Services
internal import Streams

/// Stores compressed files that a separate compressor has made.
public struct CompressedFileRoutes: Sendable {
    private let ingest: Ingest

    public init(ingest: Ingest) { self.ingest = ingest }

    public var routes: [Route] { [Route(.put, "/v1/images/{id}/compressed", replace)] }

    private func replace(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        let id = try call.imageID
        try call.refusePart()
        let announced = try AnnouncedDigests(call.request)
        let condition = call.condition(on: .compressed)
        // A condition that does not hold already spares the client its upload.
        let incoming = try await ingest.receiveCompressed(of: id, for: call.viewer, if: condition)
        let body = try announced.verified(call.request.body, isDigested: true)
        while let piece = try await body.next() { try await incoming.append(piece) }
        let upload = try await incoming.finish(announced: announced.sha256, verify: false)
        let (receipt, isNew) = try await ingest.keepCompressed(upload, of: id, for: call.viewer, if: condition)
        return .json(isNew ? .created : .ok, CompressionView(receipt, call.links))
    }
}
