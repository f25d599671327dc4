internal import Domain
internal import HTTPTypes
internal import IIIF
internal import Runtime
public import Services
internal import Transformations

/// The IIIF Image API 3.0, level 2, for the viewers of libraries and museums.
public struct ImageServiceRoutes: Sendable {
    private static let base = "/iiif/3"

    private let renditions: RequestedRenditions
    private let signatures: AddressSignatures
    private let caching: FileCaching

    public init(renditions: RequestedRenditions, signatures: AddressSignatures, caching: FileCaching) {
        (self.renditions, self.signatures, self.caching) = (renditions, signatures, caching)
    }

    public var routes: [Route] {
        [
            Route(.get, "\(Self.base)/{id}", redirect),
            Route(.get, "\(Self.base)/{id}/info.json", information),
            Route(.get, "\(Self.base)/{id}/{region}/{size}/{rotation}/{file}", image),
        ]
    }

    /// Section 2.1: the base redirects to the information.
    private func redirect(_ call: Call) async throws -> HTTPResponse {
        let id = try imageID(call)
        _ = try await renditions.size(of: id, for: .viewer(call.viewer))
        return HTTPResponse(.seeOther, fields: ["Location": "\(base(of: id, call.request))/info.json"])
    }

    private func information(_ call: Call) async throws -> HTTPResponse {
        let id = try imageID(call)
        let size = try await renditions.size(of: id, for: .viewer(call.viewer))
        var response = HTTPResponse.json(
            .ok, ImageInformation(id: base(of: id, call.request), size: size, limits: RenderLimits(for: size)))
        if AcceptedMedia(call.request.fields["Accept"]).names("application/ld+json") {
            response.fields["Content-Type"] = "application/ld+json;profile=\"\(ImageInformation.context)\""
        }
        response.fields.addMember("Accept", to: "Vary")
        response.fields.append("Link", "<\(ImageInformation.profile)>;rel=\"profile\"")
        return response
    }

    private func image(_ call: Call) async throws -> HTTPResponse {
        let permission = try signatures.permission(of: call)
        let id = try imageID(call)
        let request = try ImageRequest(
            region: call.parameters["region"], size: call.parameters["size"], rotation: call.parameters["rotation"],
            file: call.parameters["file"])
        let served = try await renditions.rendition(
            id, request.transformation, for: permission, client: call.renderClient)
        var response = FileResponse(served, to: call.request, for: call.viewer, caching).response
        if let plan = served.plan {
            let canonical = "\(base(of: id, call.request))/\(request.canonicalPath(plan))"
            response.fields.append(
                "Link", "<\(canonical)>;rel=\"canonical\", <\(ImageInformation.profile)>;rel=\"profile\"")
        }
        return response
    }

    /// An identifier that is not valid here identifies no image (section 7).
    private func imageID(_ call: Call) throws -> ImageID {
        guard let id = ImageID(call.parameters["id"]) else {
            throw Problem(.notFound, "There is no image with this identifier.")
        }
        return id
    }

    private func base(of id: ImageID, _ request: HTTPRequest) -> String {
        "\(request.publicBase)\(Self.base)/\(id)"
    }
}
