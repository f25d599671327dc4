internal import Domain
internal import HTTPTypes
public import Services
internal import Streams

/// Uploads that continue where they were cut off, by tus 1.0.
public struct ResumableUploadRoutes: Sendable {
    private let uploads: ResumableUploads

    public init(uploads: ResumableUploads) { self.uploads = uploads }

    public var routes: [Route] {
        let (all, one) = ("/v1/uploads", "/v1/uploads/{id}")
        return [
            Route(.options, all, access: .open, capabilities),
            Route(.post, all, access: .adding, create), Route(.get, all, access: .following, list),
            Route(.get, one, access: .following, show), Route(.head, one, access: .adding, offset),
            Route(.patch, one, access: .adding, add), Route(.delete, one, access: .adding, remove),
            Route(.post, one, access: .adding, override),
        ]
    }

    /// What the server can do; `TusProtocol` adds the rest.
    private func capabilities(_ call: Call) -> HTTPResponse {
        HTTPResponse(
            .noContent,
            fields: ["Allow": "GET, HEAD, OPTIONS, POST", "Tus-Max-Size": String(uploads.maximumBytes)])
    }

    private func create(_ call: Call) async throws -> HTTPResponse {
        try TusProtocol.requireVersion(call.request)
        _ = try QueryParameters(call.request.target, known: [])
        let creation = try UploadCreation(call.request)
        let (description, viewer) = (creation.description, call.viewer)
        if case .final(let parts) = creation.form {
            return created(try await uploads.concatenate(parts, description, for: viewer), call)
        }
        let upload = try await uploads.begin(
            creation.form == .part ? .part : .whole, length: creation.length, description, for: viewer)
        guard creation.hasBody || creation.length == 0 else {
            return created(ResumableUploads.Progress(upload), call)
        }
        do {
            let addition = try Self.addition(to: 0, length: nil, call)
            return created(try await uploads.add(addition, to: upload.id, for: viewer), call)
        } catch {
            throw naming(upload, of: error, call)
        }
    }

    private func add(_ call: Call) async throws -> HTTPResponse {
        try TusProtocol.requireVersion(call.request)
        try UploadFields.requireContentType(of: call.request)
        guard let offset = try UploadFields.number("Upload-Offset", of: call.request) else {
            throw Problem.badRequest(
                "The request lacks Upload-Offset, the number of bytes that the upload has: HEAD tells it.",
                at: .header("Upload-Offset"))
        }
        let addition = try Self.addition(
            to: offset, length: try UploadFields.number("Upload-Length", of: call.request), call)
        let progress = try await uploads.add(addition, to: try call.identity(of: "an upload"), for: call.viewer)
        return HTTPResponse(.noContent, fields: UploadFields.of(progress.upload, call.links))
    }

    private static func addition(
        to offset: Int64, length: Int64?, _ call: Call
    ) throws -> ResumableUploads.Addition {
        let digests = try AnnouncedDigests(call.request)
        try digests.refuseOfRepresentation()
        let checksum = try UploadChecksum(call.request)
        let body = try digests.verified(checksum?.verified(call.request.body) ?? call.request.body)
        return ResumableUploads.Addition(
            at: offset, announced: call.request.contentLength,
            isAtomic: checksum != nil || call.request.fields["Content-Digest"] != nil, length: length, body)
    }

    /// How many bytes there are. Nothing is added meanwhile: the request that did is ended.
    private func offset(_ call: Call) async throws -> HTTPResponse {
        try TusProtocol.requireVersion(call.request)
        let upload = try await uploads.takeOver(try call.identity(of: "an upload"), for: call.viewer)
        var response = HTTPResponse(.ok, fields: UploadFields.of(upload, call.links, isHead: true))
        response.fields["Cache-Control"] = "no-store"
        return response
    }

    private func remove(_ call: Call) async throws -> HTTPResponse {
        try TusProtocol.requireVersion(call.request)
        try await uploads.remove(try call.identity(of: "an upload"), for: call.viewer)
        return HTTPResponse(.noContent)
    }

    /// For clients that can send no other methods than GET and POST.
    private func override(_ call: Call) async throws -> HTTPResponse {
        switch call.request.fields["X-HTTP-Method-Override"]?.uppercased() {
        case "PATCH": return try await add(call)
        case "DELETE": return try await remove(call)
        case "HEAD": return try await offset(call)
        case let other?:
            throw Problem.badRequest(
                "X-HTTP-Method-Override is PATCH, DELETE or HEAD, not '\(other.prefix(100))'.",
                at: .header("X-HTTP-Method-Override"))
        case nil:
            var problem = Problem(
                .methodNotAllowed, at: .header("X-HTTP-Method-Override"),
                "POST is possible here with X-HTTP-Method-Override: PATCH, DELETE or HEAD.")
            problem.fields["Allow"] = "DELETE, GET, HEAD, OPTIONS, PATCH, POST"
            throw problem
        }
    }

    private func show(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        let upload = try await uploads.upload(try call.identity(of: "an upload"), for: call.viewer)
        return .json(.ok, ResumableUploadView(upload, call.links))
    }

    private func list(_ call: Call) async throws -> HTTPResponse {
        let query = try QueryParameters(call.request.target, known: ["digest"])
        let digest = try query.value("digest", "64 hexadecimal digits") { Digest($0) }
        let found = try await uploads.list(announcing: digest, for: call.viewer)
        return .json(.ok, ["uploads": found.map { ResumableUploadView($0, call.links) }])
    }

    private func created(_ progress: ResumableUploads.Progress, _ call: Call) -> HTTPResponse {
        var response = HTTPResponse.json(.created, ResumableUploadView(progress.upload, call.links))
        for (name, value) in UploadFields.of(progress.upload, call.links) { response.fields[name] = value }
        response.fields["Location"] = call.links.upload(progress.upload.id)
        return response
    }

    /// The problem of an upload that was begun all the same, with where it goes on.
    private func naming(_ upload: ResumableUpload, of error: any Error, _ call: Call) -> any Error {
        guard !(error is CancellationError), var problem = Problem(explaining: error) else { return error }
        problem.fields["Location"] = call.links.upload(upload.id)
        return problem
    }
}
