internal import Domain
internal import HTTPTypes
public import Services
internal import Streams

/// Puts other bytes under the id of an image.
public struct OriginalRoutes: Sendable {
    private let originals: OriginalReplacement

    public init(originals: OriginalReplacement) { self.originals = originals }

    public var routes: [Route] { [Route(.put, "/v1/images/{id}/original", replace)] }

    private func replace(_ call: Call) async throws -> HTTPResponse {
        let query = try QueryParameters(call.request.target, known: ["name", "verify"])
        let verify = try query.flag("verify")
        let id = try call.imageID
        try call.refusePart()
        let announced = try AnnouncedDigests(call.request)
        let condition = call.hasConditions ? call.condition(on: .original) : nil
        // A condition that does not hold already spares the client its upload.
        let incoming = try await originals.receive(for: id, by: call.viewer, if: condition)
        let body = try announced.verified(call.request.body, isDigested: true)
        while let piece = try await body.next() { try await incoming.append(piece) }
        let upload = try await incoming.finish(announced: announced.sha256, verify: verify)
        let name = query.text("name") ?? FieldParameters(call.request.fields["Content-Disposition"] ?? "").filename
        let receipt = try await originals.replace(id, by: upload, fileName: name, for: call.viewer, if: condition)
        var response = HTTPResponse.json(.ok, ImageView(receipt, call.links, isBrief: !call.viewer.mayRead))
        response.fields["ETag"] = ImageView.tag(of: receipt.record).description
        return response
    }
}

extension Call {
    /// - Throws: a problem if the body says that it is a part of what it is to replace (RFC 9110, section 14.5).
    func refusePart() throws {
        guard request.fields["Content-Range"] != nil else { return }
        throw Problem.badRequest(
            "A file is replaced as a whole: send all of it, without Content-Range.", at: .header("Content-Range"))
    }
}
