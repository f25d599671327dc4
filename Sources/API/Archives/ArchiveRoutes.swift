internal import Domain
internal import HTTPTypes
public import Services
internal import Streams

/// Many images in one file.
public struct ArchiveRoutes: Sendable {
    /// A hundred thousand ids, each quoted, with room for whitespace.
    private static let maximumBodyBytes = 5 << 20

    private let archives: Archives
    private let accounts: Accounts
    private let strangers = AttemptLimit(capacity: 30, leakSeconds: 60, of: "archives")

    public init(archives: Archives, accounts: Accounts) { (self.archives, self.accounts) = (archives, accounts) }

    public var routes: [Route] {
        [
            // It changes no image, so the scope `read` is sufficient.
            Route(.post, "/v1/archives", access: .reading, make),
            Route(.get, "/v1/archives/{file}", archive),
            Route(.get, "/api/{handle}/download", collection),
        ]
    }

    private func make(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        let body = try await call.request.body.collect(upTo: Self.maximumBodyBytes)
        let order = try JSONBody.decode(open: ArchiveBody.self, from: body).order
        // An account has a quota of its own for what its archives hold.
        if call.viewer.account == nil { try strangers.take(call.request.origin.clientKey) }
        let made = try await archives.make(order, for: call.viewer)
        let url = call.links.archive(made.archive.id)
        var response = HTTPResponse.json(
            .created, ArchiveView(archive: made.archive, leftOut: UnavailableFilesView(made.leftOut), url: url))
        response.fields["Location"] = url
        return response
    }

    /// `{id}.zip` is the archive, `{id}` its record.
    private func archive(_ call: Call) async throws -> HTTPResponse {
        let (id, isDownload) = try call.archive
        if isDownload {
            return ArchiveResponse(try await archives.download(id, for: call.viewer), to: call.request).response
        }
        let archive = try await archives.archive(id, for: call.viewer)
        return .json(.ok, ArchiveView(archive: archive, url: call.links.archive(id)))
    }

    private func collection(_ call: Call) async throws -> HTTPResponse {
        let query = try QueryParameters(call.request.target, known: ["rendition", "skip_missing"])
        let types = FileType.allCases.map(\.rawValue).joined(separator: ", ")
        let type = try query.value("rendition", "one of \(types)", FileType.init) ?? .original
        let skips = try query.flag("skip_missing")
        let owner = try await accounts.owner(call.parameters["handle"])
        let download = try await archives.collection(
            of: owner, type: type, skipsUnavailable: skips, for: call.viewer)
        return ArchiveResponse(download, to: call.request).response
    }
}

extension Call {
    /// The archive of the path, and whether its bytes are meant: `{id}.zip` rather than `{id}`.
    var archive: (id: ArchiveID, isDownload: Bool) {
        get throws {
            _ = try QueryParameters(request.target, known: [])
            let (name, ending) = (parameters["file"], ".zip")
            let isDownload = name.hasSuffix(ending)
            guard let id = ArchiveID(isDownload ? String(name.dropLast(ending.count)) : name) else {
                throw Problem(.malformedID, at: .parameter("id"), "'\(name.prefix(100))' is not the id of an archive.")
            }
            return (id, isDownload)
        }
    }
}
