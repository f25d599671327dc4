internal import Domain
internal import HTTPTypes
internal import IIIF
internal import Services
internal import Transformations

/// The files and renditions that a share gives.
struct SharedFileRoutes: Sendable {
    private static let image = "/v1/shares/{share}/images/{image}"

    let visits: ShareVisits
    let files: ImageFiles
    let renditions: RequestedRenditions
    let query: RenderQuery
    let caching: FileCaching

    var routes: [Route] {
        [FileType.thumbnail, .fullSize, .original].map { type in
            Route(.get, "\(Self.image)/\(type.rawValue)", access: .open) { try await file(type, $0) }
        } + [
            Route(.get, "\(Self.image)/render", access: .open, render),
            Route(.get, "\(Self.image)/iiif/info.json", access: .open, information),
            Route(.get, "\(Self.image)/iiif/{region}/{size}/{rotation}/{file}", access: .open, tile),
        ]
    }

    private func file(_ type: FileType, _ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: ["download"])
        let visit = try await visits.visit(call)
        let file = try await files.file(
            try call.sharedImageID, type, for: visit.permission, client: call.visitingClient)
        return present(file, of: visit, call)
    }

    private func render(_ call: Call) async throws -> HTTPResponse {
        let transformation = try query.read(call.request)
        let visit = try await visits.visit(call)
        let served = try await rendition(transformation, of: visit, call)
        var response = present(served, of: visit, call)
        if case .automatic = transformation.format { response.fields.addMember("Accept", to: "Vary") }
        return response
    }

    private func information(_ call: Call) async throws -> HTTPResponse {
        let visit = try await visits.visit(call)
        let id = try call.sharedImageID
        let size = try await renditions.size(of: id, for: visit.permission)
        let base = "\(call.request.publicBase)/v1/shares/\(call.parameters["share"])/images/\(id)/iiif"
        return .json(.ok, ImageInformation(id: base, size: size, limits: RenderLimits(for: size)))
    }

    private func tile(_ call: Call) async throws -> HTTPResponse {
        let visit = try await visits.visit(call)
        let request = try ImageRequest(
            region: call.parameters["region"], size: call.parameters["size"], rotation: call.parameters["rotation"],
            file: call.parameters["file"])
        return present(try await rendition(request.transformation, of: visit, call), of: visit, call)
    }

    private func rendition(
        _ transformation: Transformation, of visit: ShareVisit, _ call: Call
    ) async throws -> OpenFile {
        try await renditions.rendition(
            try call.sharedImageID, transformation, for: visit.permission, client: call.visitingClient)
    }

    /// A saved file has the file's name only if the original is given.
    private func present(_ file: OpenFile, of visit: ShareVisit, _ call: Call) -> HTTPResponse {
        FileResponse(
            file, to: call.request, for: call.viewer, caching,
            name: visit.disclosure.original ? file.access.fileName : file.access.title
        ).response
    }
}

extension Call {
    /// Visitors have pictures made on behalf of their addresses.
    fileprivate var visitingClient: RenderClient { .address(request.origin.clientKey) }
}
