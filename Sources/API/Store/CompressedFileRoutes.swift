internal import Domain
internal import HTTPTypes
public import Services
internal import Streams

/// Stores compressed files that a separate compressor has made.
public struct CompressedFileRoutes: Sendable {
    private let ingest: Ingest
    private let library: Library

    public init(ingest: Ingest, library: Library) { (self.ingest, self.library) = (ingest, library) }

    public var routes: [Route] { [Route(.put, "/v1/images/{id}/compressed", replace)] }

    private func replace(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        let id = try call.imageID
        let incoming = try await ingest.receiveCompressed(of: id, for: call.viewer)
        try await call.requireConditions(on: .compressed, of: id, in: library)
        while let piece = try await call.request.body.next() { try await incoming.append(piece) }
        let upload = try await incoming.finish(announced: nil, verify: false)
        let (receipt, isNew) = try await ingest.keepCompressed(upload, of: id, for: call.viewer)
        return .json(isNew ? .created : .ok, CompressionView(receipt, call.links))
    }
}
