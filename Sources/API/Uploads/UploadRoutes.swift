internal import Domain
internal import HTTPTypes
public import Services
internal import Streams

/// Uploads: a form with any number of files, a bare body, or JSON.
public struct UploadRoutes: Sendable {
    private let ingest: Ingest
    private let albums: Albums

    public init(ingest: Ingest, albums: Albums) { (self.ingest, self.albums) = (ingest, albums) }

    public var routes: [Route] {
        [Route(.post, "/upload/", access: .adding, upload), Route(.post, "/v1/upload/", access: .adding, upload)]
    }

    private func upload(_ call: Call) async throws -> HTTPResponse {
        let options = try UploadOptions(call.request)
        let announced = try AnnouncedDigests(call.request)
        let type = FieldParameters(call.request.fields["Content-Type"] ?? "application/octet-stream")
        if type.value == "multipart/form-data" {
            try announced.refuseOfRepresentation()
            guard let parser = type.parameters["boundary"].flatMap(MultipartParser.init(boundary:)) else {
                throw Problem(
                    .malformedMultipart,
                    "The Content-Type names no boundary of 1 to 70 characters: let your HTTP library set it.")
            }
            return try await MultipartUpload(
                ingest: ingest, albums: albums, viewer: call.viewer, options: options, parser: parser,
                requestID: call.request.id, links: call.links
            ).receive(try announced.verified(call.request.body))
        }
        if type.value == "application/json" {
            let upload = JSONUpload(ingest: ingest, viewer: call.viewer, options: options)
            return try await placed(options, call) {
                try await upload.receive(try announced.verified(call.request.body))
            }
        }
        guard type.value.hasPrefix("image/") || type.value == "application/octet-stream" else {
            throw Problem(
                .unsupportedMediaType,
                "Send a form (multipart/form-data, such as curl -F \"file=@photo.jpg\"), JSON (application/json), or the image itself with a Content-Type of image/…, not \(type.value.prefix(100))."
            )
        }
        return try await placed(options, call) { try await uploadBare(call, options, announced) }
    }

    private func uploadBare(
        _ call: Call, _ options: UploadOptions, _ announced: AnnouncedDigests
    ) async throws -> Ingest.Receipt {
        // A client that waits for `100 Continue` need not send an image that the account has already
        // (docs/decisions/0005).
        if let digest = announced.sha256, call.request.fields["Expect"] != nil,
            let existing = try await ingest.alreadyKept(digest, of: call.viewer)
        {
            return existing
        }
        let incoming = try await ingest.receive(for: call.viewer, announced: call.request.contentLength)
        let body = try announced.verified(call.request.body, isDigested: true)
        while let piece = try await body.next() { try await incoming.append(piece) }
        let upload = try await incoming.finish(announced: announced.sha256, verify: options.verify)
        let name = options.name ?? FieldParameters(call.request.fields["Content-Disposition"] ?? "").filename
        return try await ingest.keep(upload, fileName: name, details: options.details, for: call.viewer)
    }

    /// The answer to an upload that goes into an album, if it names one.
    private func placed(
        _ options: UploadOptions, _ call: Call, _ receive: () async throws -> Ingest.Receipt
    ) async throws -> HTTPResponse {
        let album = try await albums.album(
            for: options.placement, options.details.visibility, for: call.viewer)
        let receipt = try await receive()
        if let album {
            try await albums.place(receipt.record.id, in: album, options.placement, for: call.viewer)
        }
        return Self.present(receipt, call)
    }

    private static func present(_ receipt: Ingest.Receipt, _ call: Call) -> HTTPResponse {
        var response = HTTPResponse.json(
            receipt.isDuplicate ? .ok : .created,
            ImageView(receipt, call.links, isBrief: !call.viewer.mayRead))
        response.fields["Location"] = call.links.image(receipt.record.id)
        return response
    }
}
