internal import Runtime
internal import Streams
internal import Domain
internal import HTTPTypes
public import Services

/// Records, files and metadata of images.
public struct ImageRoutes: Sendable {
    private static let maximumBodyBytes = 1 << 20

    let library: Library
    private let files: ImageFiles
    private let signatures: AddressSignatures
    private let caching: FileCaching

    public init(library: Library, files: ImageFiles, signatures: AddressSignatures, caching: FileCaching) {
        (self.library, self.files, self.signatures, self.caching) = (library, files, signatures, caching)
    }

    public var routes: [Route] {
        var routes = [
            Route(.get, "/v1/images", list),
            Route(.get, "/v1/images/{id}", record),
            Route(.patch, "/v1/images/{id}", update),
            Route(.delete, "/v1/images/{id}", delete),
            Route(.get, "/v1/images/{id}/metadata", metadata),
        ]
        for type in FileType.allCases {
            routes.append(Route(.get, "/v1/images/{id}/\(type.rawValue)") { try await file(type, $0) })
            routes.append(Route(.delete, "/v1/images/{id}/\(type.rawValue)") { try await removeFile(type, $0) })
        }
        return routes + routesByExternalID
    }

    private func list(_ call: Call) async throws -> HTTPResponse {
        let (criteria, onlyIDs) = try SearchQuery.read(call.request.target)
        if onlyIDs {
            let page = try await library.ids(matching: criteria, for: call.viewer)
            return ListView<ImageView>(
                name: "images", ids: page.elements.map(\.description), entries: nil, next: page.next?.description
            ).response(to: call.request)
        }
        let page = try await library.images(matching: criteria, for: call.viewer)
        return ListView(
            name: "images", ids: page.elements.map(\.id.description),
            entries: page.elements.map { ImageView($0, library.disclosure(of: $0, to: call.viewer), call.links) },
            next: page.next?.description
        ).response(to: call.request)
    }

    func record(_ call: Call) async throws -> HTTPResponse {
        let record = try await library.record(try call.imageID, for: call.viewer)
        let tag = ImageView.tag(of: record)
        switch Preconditions(call.request.fields).evaluate(
            method: call.request.method, tag: tag, modified: record.dateModified)
        {
        case .notModified:
            var response = present(record, call)
            (response.status, response.body) = (.notModified, .empty)
            response.fields["Content-Type"] = nil
            return response
        case .failed: throw Problem(.preconditionFailed, "The record is not the one that your condition names.")
        case .proceed: return present(record, call)
        }
    }

    func update(_ call: Call) async throws -> HTTPResponse {
        let id = try call.imageID
        let body = try await call.request.body.collect(upTo: Self.maximumBodyBytes)
        let changes = try Self.changes(in: body, as: FieldParameters(call.request.fields["Content-Type"] ?? ""))
        if let visibility = changes.visibility { call.trail.note(.visibilityChange, "\(id) \(visibility.rawValue)") }
        let version = try await expectedVersion(of: id, call)
        let update = try await library.update(id, changes, version: version, for: call.viewer)
        return present(update.record, former: update.former, call)
    }

    /// A merge patch changes members of the attributes one by one; other JSON replaces the attributes.
    private static func changes(in body: [UInt8], as type: FieldParameters) throws -> ImageChanges {
        guard type.value == "application/merge-patch+json" else {
            return try JSONBody.decode(open: ImageChangesBody.self, from: body).changes
        }
        return try JSONBody.decode(open: ImageMergePatch.self, from: body).changes
    }

    func delete(_ call: Call) async throws -> HTTPResponse {
        let isPermanent = try QueryParameters(call.request.target, known: ["permanent"]).flag("permanent")
        let id = try call.imageID
        call.trail.note(.imageDeletion, "\(id)")
        let version = try await expectedVersion(of: id, call)
        try await library.delete(id, version: version, isPermanent: isPermanent, for: call.viewer)
        return HTTPResponse(.noContent)
    }

    private func metadata(_ call: Call) async throws -> HTTPResponse {
        .json(.ok, MetadataView(try await library.metadata(try call.imageID, for: call.viewer), call.links))
    }

    /// A file. An address that names its version never shows other bytes, so that caches may keep them for good.
    private func file(_ type: FileType, _ call: Call) async throws -> HTTPResponse {
        let query = try QueryParameters(
            call.request.target,
            known: SignedAddress.names.union(type == .compressed ? ["download"] : ["download", "v"]))
        let id = try call.imageID
        // What is kept costs no work, so it needs no signature.
        let permission = try signatures.permission(of: call, isRequired: false)
        let file = try await files.file(id, type, for: permission, client: call.renderClient)
        guard let version = query.text("v") else {
            return FileResponse(file, to: call.request, for: call.viewer, caching).response
        }
        let current = Links.version(
            of: file.access.digest, revision: file.access.revision, turnedBy: file.access.rotation)
        guard version == current else {
            // Another address would need another signature.
            if case .signedAddress = permission {
                return FileResponse(file, to: call.request, for: call.viewer, caching).response
            }
            let rest = query.text("download").map { "&download=\(PercentEncoding.encode($0))" } ?? ""
            return HTTPResponse(
                .found,
                fields: ["Location": call.links.file(id, type) + "?v=\(current)\(rest)", "Cache-Control": "no-store"])
        }
        return FileResponse(file, to: call.request, for: call.viewer, caching, isVersioned: true).response
    }

    private func removeFile(_ type: FileType, _ call: Call) async throws -> HTTPResponse {
        let query = try QueryParameters(call.request.target, known: type == .compressed ? [] : ["v"])
        let id = try call.imageID
        if let version = query.text("v") {
            let record = try await library.record(id, for: call.viewer)
            guard version == Links.version(of: record.content, turnedBy: record.details.rotation) else {
                throw Problem(.preconditionFailed, "The address names a version of the file that there is not.")
            }
        }
        try await files.remove(id, type, for: call.viewer, if: call.condition(on: type))
        return HTTPResponse(.noContent)
    }

    private func present(_ record: ImageRecord, former: ImageChanges? = nil, _ call: Call) -> HTTPResponse {
        let disclosure = library.disclosure(of: record, to: call.viewer)
        let view = ImageView(record, disclosure, former: former, call.links, isBrief: !call.viewer.mayRead)
        var response = HTTPResponse.json(.ok, view)
        response.fields["ETag"] = ImageView.tag(of: record).description
        response.fields["Last-Modified"] = HTTPDate.format(record.dateModified)
        return response
    }

    /// The version that the conditions of the request hold for; nil if there are none.
    private func expectedVersion(of id: ImageID, _ call: Call) async throws -> Int64? {
        guard call.hasConditions else { return nil }
        let record = try await library.record(id, for: call.viewer)
        try call.requireConditions(of: ImageView.tagsOfVersion(record), modified: record.dateModified, "image")
        return record.version
    }
}
