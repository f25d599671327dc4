internal import HTTPTypes
internal import Runtime
public import Services
public import Transformations

/// Renditions on request, in the shape that the URL describes.
public struct RenderRoutes: Sendable {
    private let renditions: RequestedRenditions
    private let signatures: AddressSignatures
    private let query: RenderQuery
    private let heads = FileResponse.Heads(capacity: 4096)

    public init(renditions: RequestedRenditions, signatures: AddressSignatures, presets: RenderPresets) {
        (self.renditions, self.signatures, query) = (renditions, signatures, RenderQuery(presets: presets))
    }

    public var routes: [Route] { [Route(.get, "/v1/images/{id}/render", render)] }

    private func render(_ call: Call) async throws -> HTTPResponse {
        let permission = try signatures.permission(of: call)
        let transformation = try query.read(call.request)
        let served = try await renditions.rendition(try call.imageID, transformation, for: permission)
        var response = FileResponse(served, to: call.request, heads: heads).response
        if case .automatic = transformation.format { response.fields.addMember("Accept", to: "Vary") }
        return response
    }
}
