internal import HTTPTypes
internal import Runtime
public import Services
internal import Transformations

/// Images in the shape that a URL asks for.
public struct RenderRoutes: Sendable {
    private let renditions: Renditions
    private let heads = FileResponse.Heads(capacity: 4096)

    public init(renditions: Renditions) { self.renditions = renditions }

    public var routes: [Route] { [Route(.get, "/v1/images/{id}/render", render)] }

    private func render(_ call: Call) async throws -> HTTPResponse {
        let transformation = try RenderQuery.read(call.request)
        let served = try await renditions.rendition(try call.imageID, transformation, for: call.viewer)
        var response = FileResponse(served, to: call.request, heads: heads).response
        if case .automatic = transformation.format { response.fields.addMember("Accept", to: "Vary") }
        return response
    }
}
