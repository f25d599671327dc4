public import Domain
internal import HTTPTypes
internal import Runtime
public import Services
internal import Streams
public import Transformations

/// What somebody with the address of a share gets. All of it is below that address, and needs no account; credentials of
/// an account count for nothing here.
public struct ShareVisitRoutes: Sendable {
    private let visits: ShareVisits
    private let archives: Archives
    private let sharedFiles: SharedFileRoutes
    private let uploads: SharedUploadRoutes
    private let makings = AttemptLimit(capacity: 30, leakSeconds: 60, of: "archives")

    /// - Parameter automaticFormats: which formats beyond the usual ones may be chosen automatically.
    public init(
        visits: ShareVisits, ingest: Ingest, archives: Archives, files: ImageFiles, renditions: RequestedRenditions,
        presets: @escaping @Sendable () -> RenderPresets, automaticFormats: [ImageFormat], caching: FileCaching
    ) {
        (self.visits, self.archives) = (visits, archives)
        uploads = SharedUploadRoutes(visits: visits, ingest: ingest)
        sharedFiles = SharedFileRoutes(
            visits: visits, files: files, renditions: renditions,
            query: RenderQuery(presets: presets, automaticFormats: automaticFormats), caching: caching)
    }

    var routes: [Route] {
        [
            Route(.post, "/v1/shares/{share}/access", access: .open, access),
            Route(.get, "/v1/shares/{share}/images", access: .open, list),
            Route(.get, "/v1/shares/{share}/images/{image}", access: .open, image),
            Route(.post, "/v1/shares/{share}/archives", access: .open, makeArchive),
            Route(.get, "/v1/shares/{share}/archives/{file}", access: .open, archive),
        ] + sharedFiles.routes + uploads.routes
    }

    /// Opens the share, which counts as a use of it.
    func share(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        let (visit, count) = try await visits.open(
            call.parameters["share"], pass: call.sharePass, isUse: call.request.method == .get)
        return .json(.ok, ShareVisitView(visit, count: count, path: call.sharePath))
    }

    private func access(_ call: Call) async throws -> HTTPResponse {
        let body: ShareAccessBody = try await Self.decode(call)
        let token = call.parameters["share"]
        call.trail.note(.shareAccess, try visits.share(of: token)?.description ?? "no share")
        let access = try await visits.access(token, password: body.password, from: call.request.origin.clientKey)
        var response = HTTPResponse.json(.ok, ["expires_at": access.expires])
        Cookies.add(
            Call.sharePassName, access.pass, below: "/v1/shares/\(token)",
            seconds: access.expires.seconds - Timestamp.now.seconds, to: &response, for: call.request)
        return response
    }

    private func list(_ call: Call) async throws -> HTTPResponse {
        let query = try QueryParameters(call.request.target, known: ["cursor", "limit", "fields"])
        let (cursor, limit) = (try query.cursor(), try query.number("limit", in: 1...1000) ?? 100)
        let onlyIDs = try query.value("fields", "ids or all") { ["ids": true, "all": false][$0] } ?? false
        let visit = try await visits.visit(call)
        if onlyIDs {
            let page = try await visits.ids(of: visit, after: cursor, limit: limit)
            return ListView<SharedImageView>(
                name: "images", ids: page.elements.map(\.description), entries: nil, next: page.next?.description
            ).response(to: call.request)
        }
        let page = try await visits.images(of: visit, after: cursor, limit: limit)
        return ListView(
            name: "images", ids: page.elements.map(\.id.description),
            entries: page.elements.map { SharedImageView($0, visit.disclosure, share: call.sharePath) },
            next: page.next?.description
        ).response(to: call.request)
    }

    private func image(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        let visit = try await visits.visit(call)
        let (record, photo) = try await visits.image(try call.sharedImageID, of: visit)
        return .json(.ok, SharedImageView(record, visit.disclosure, photo: photo, share: call.sharePath))
    }

    private func makeArchive(_ call: Call) async throws -> HTTPResponse {
        let body: ShareArchiveBody = try await Self.decode(call)
        let visit = try await visits.visit(call)
        try makings.take(call.request.origin.clientKey)
        let made = try await archives.make(
            body.ids, of: visit, type: body.rendition ?? .original, skipsUnavailable: body.skipsMissing ?? false)
        let url = call.sharedArchivePath(made.archive.id)
        var response = HTTPResponse.json(
            .created, ArchiveView(archive: made.archive, leftOut: UnavailableFilesView(made.leftOut), url: url))
        response.fields["Location"] = url
        return response
    }

    private func archive(_ call: Call) async throws -> HTTPResponse {
        let (id, isDownload) = try call.archive
        let visit = try await visits.visit(call)
        if isDownload {
            return ArchiveResponse(try await archives.download(id, of: visit), to: call.request).response
        }
        let archive = try await archives.archive(id, of: visit)
        return .json(.ok, ArchiveView(archive: archive, url: call.sharedArchivePath(id)))
    }

    private static func decode<Body: JSONObjectBody>(_ call: Call) async throws -> Body {
        _ = try QueryParameters(call.request.target, known: [])
        return try JSONBody.decode(
            Body.self, from: try await call.request.body.collect(upTo: ShareRoutes.maximumBodyBytes))
    }
}

extension ShareVisits {
    /// The share of the path, opened with the cookie of the request.
    func visit(_ call: Call) async throws -> ShareVisit {
        try await visit(call.parameters["share"], pass: call.sharePass)
    }
}

extension Call {
    /// The name of the cookie that a password is exchanged for.
    fileprivate static let sharePassName = "tintype_share"

    fileprivate var sharePass: String? { Cookies.value(Self.sharePassName, of: request) }

    /// The path of the share of the path.
    var sharePath: String { links.share(parameters["share"]) }

    fileprivate func sharedArchivePath(_ id: ArchiveID) -> String { "\(sharePath)/archives/\(id).zip" }

    /// The image of the path. Its share has no image with an id that is none.
    var sharedImageID: ImageID {
        get throws {
            guard let id = ImageID(parameters["image"]) else { throw Problem(.notFound, "There is no such image.") }
            return id
        }
    }
}
