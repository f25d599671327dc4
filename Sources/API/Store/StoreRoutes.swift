internal import Domain
internal import HTTPTypes
internal import Runtime
public import Services

/// The store API: images for other services, in the requested format, or compressed.
public struct StoreRoutes: Sendable {
    private let files: ImageFiles
    private let compression: CompressedFiles
    private let jobs: Jobs
    private let signatures: AddressSignatures
    private let caching: FileCaching

    public init(
        files: ImageFiles, compressed: CompressedFiles, jobs: Jobs, signatures: AddressSignatures, caching: FileCaching
    ) {
        (self.files, compression, self.caching) = (files, compressed, caching)
        (self.jobs, self.signatures) = (jobs, signatures)
    }

    public var routes: [Route] {
        [
            Route(.get, "/download/{id}", download),
            Route(.get, "/compress/{id}", compressed),
            Route(.post, "/compress/{id}", compress),
            Route(.get, "/images/{name}", image),
        ]
    }

    private enum Transform: String, CaseIterable {
        case compress
    }

    private func download(_ call: Call) async throws -> HTTPResponse {
        let query = try QueryParameters(call.request.target, known: SignedAddress.names.union(["type", "transform"]))
        let transform = try query.value("transform", "compress", Transform.init)
        let id = try call.imageID
        // An original costs no work, so it needs no signature; a signature is accepted nevertheless.
        let permission = try signatures.permission(of: call, isRequired: !call.request.target.query.isEmpty)
        let file: OpenFile
        switch transform {
        case .compress:
            let type = try FormatName.read(query, "type", of: CompressedFiles.formats)
            file = try await files.file(id, compressedAs: type, for: permission, client: call.renderClient)
        case nil:
            let type = try FormatName.read(query, "type", of: ImageFormat.allCases)
            file = try await files.file(id, in: type, for: permission, client: call.renderClient)
        }
        return varying(
            FileResponse(file, to: call.request, for: call.viewer, caching, isAttachment: true).response, file)
    }

    /// Answers with the compressed file that is kept, or with one that is not.
    private func compressed(_ call: Call) async throws -> HTTPResponse {
        let permission = try signatures.permission(of: call)
        let query = try QueryParameters(call.request.target, known: SignedAddress.names.union(["type"]))
        let type = try FormatName.read(query, "type", of: CompressedFiles.formats)
        let file = try await files.file(
            try call.imageID, compressedAs: type, for: permission, client: call.renderClient)
        return varying(FileResponse(file, to: call.request, for: call.viewer, caching).response, file)
    }

    /// Has a compressed file kept: answers when it is, or with the job if the client prefers not to wait.
    private func compress(_ call: Call) async throws -> HTTPResponse {
        let query = try QueryParameters(call.request.target, known: ["type"])
        let type = try FormatName.read(query, "type", of: CompressedFiles.formats)
        let id = try call.imageID
        if Preferences(call.request.fields).respondsAsync {
            let job = try await jobs.compress(id, as: type, for: call.viewer)
            var response = HTTPResponse.json(.accepted, JobView(job, images: [job.id: [id]], call.links))
            response.fields["Location"] = call.links.job(job.id)
            response.fields["Preference-Applied"] = "respond-async"
            response.fields.addMember("Prefer", to: "Vary")
            return response
        }
        let receipt = try await compression.compress(id, as: type, for: call.viewer, client: call.renderClient)
        var response = HTTPResponse.json(.ok, CompressionView(receipt, call.links))
        response.fields.addMember("Prefer", to: "Vary")
        return response
    }

    /// `/images/{id}.{format}`
    private func image(_ call: Call) async throws -> HTTPResponse {
        let permission = try signatures.permission(of: call)
        _ = try QueryParameters(call.request.target, known: SignedAddress.names)
        let name = call.parameters["name"]
        guard let dot = name.lastIndex(of: "."), let id = ImageID(String(name[..<dot])) else {
            throw Problem(
                .malformedID, at: .parameter("id"),
                "'\(name.prefix(100))' names no image: ask for its id and a format, such as /images/0190….jpg.")
        }
        let format = try FormatName.read(
            name[name.index(after: dot)...], of: ImageFormat.allCases, at: .parameter("format"))
        let file = try await files.file(id, in: format, for: permission, client: call.renderClient)
        return varying(FileResponse(file, to: call.request, for: call.viewer, caching).response, file)
    }

    /// Who may have the original may get other bytes than the rest.
    private func varying(_ response: HTTPResponse, _ file: OpenFile) -> HTTPResponse {
        guard file.isPublic, !file.access.givesOriginal else { return response }
        var response = response
        response.fields.append("Vary", "Authorization, Cookie")
        return response
    }
}

/// The preferences of a client (RFC 7240).
struct Preferences {
    /// Whether the answer may come before the work is done (section 4.1).
    let respondsAsync: Bool

    init(_ fields: HTTPFields) {
        respondsAsync = (fields["Prefer"] ?? "").split(separator: ",").contains { preference in
            preference.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased() == "respond-async"
        }
    }
}
