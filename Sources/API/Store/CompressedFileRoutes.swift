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
        try await checkConditions(id, call)
        while let piece = try await call.request.body.next() { try await incoming.append(piece) }
        let upload = try await incoming.finish(announced: nil, verify: false)
        let (receipt, isNew) = try await ingest.keepCompressed(upload, of: id, for: call.viewer)
        return .json(isNew ? .created : .ok, CompressionView(receipt, call.links))
    }

    /// `If-None-Match: *` stores the file only if there is none yet (RFC 9110, section 13.1.2).
    private func checkConditions(_ id: ImageID, _ call: Call) async throws {
        let kept = try await library.metadata(id, for: call.viewer).files.first { $0.type == .compressed }
        let tag = kept.map { EntityTag($0.validator) }
        let outcome = Preconditions(call.request.fields).evaluate(
            method: call.request.method, tag: tag, modified: kept?.dateUploaded)
        guard outcome == .proceed else {
            throw Problem(
                .preconditionFailed, "The compressed file that there is, or is not, is not what your condition says.")
        }
    }
}
