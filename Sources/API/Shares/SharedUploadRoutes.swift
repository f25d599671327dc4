internal import Domain
internal import HTTPTypes
internal import Runtime
internal import Services
internal import Streams

/// Images that visitors send into the album of a share.
struct SharedUploadRoutes: Sendable {
    private let visits: ShareVisits
    private let ingest: Ingest
    private let uploads = AttemptLimit(capacity: 500, leakSeconds: 1, of: "uploads")

    init(visits: ShareVisits, ingest: Ingest) { (self.visits, self.ingest) = (visits, ingest) }

    var routes: [Route] { [Route(.post, "/v1/shares/{share}/images", access: .open, upload)] }

    private struct Receipt: Encodable {
        let id: ImageID
        let state: ImageRecord.State
    }

    /// Takes the bytes of one image.
    private func upload(_ call: Call) async throws -> HTTPResponse {
        let query = try QueryParameters(call.request.target, known: ["name"])
        let type = FieldParameters(call.request.fields["Content-Type"] ?? "application/octet-stream").value
        guard type.hasPrefix("image/") || type == "application/octet-stream" else {
            throw Problem(
                .unsupportedMediaType, "Send the image itself with a Content-Type of image/…, not \(type.prefix(100)).")
        }
        let announced = try AnnouncedDigests(call.request)
        let visit = try await visits.visit(call)
        try uploads.take(call.request.origin.clientKey)
        let incoming = try await ingest.receive(of: visit, announced: call.request.contentLength)
        let body = try announced.verified(call.request.body, isDigested: true)
        while let piece = try await body.next() { try await incoming.append(piece) }
        let upload = try await incoming.finish(announced: announced.sha256, verify: false)
        let name = query.text("name") ?? FieldParameters(call.request.fields["Content-Disposition"] ?? "").filename
        let record = try await ingest.keep(upload, fileName: name, of: visit)
        return .json(.created, Receipt(id: record.id, state: record.state))
    }
}
