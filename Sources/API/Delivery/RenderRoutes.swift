public import Domain
internal import HTTPTypes
internal import Runtime
public import Services
public import Transformations

/// Renditions on request, in the shape that the URL describes.
public struct RenderRoutes: Sendable {
    private let renditions: RequestedRenditions
    private let signatures: AddressSignatures
    private let query: RenderQuery
    private let caching: FileCaching

    /// - Parameter automaticFormats: which formats beyond the usual ones may be chosen automatically.
    public init(
        renditions: RequestedRenditions, signatures: AddressSignatures,
        presets: @escaping @Sendable () -> RenderPresets,
        automaticFormats: [ImageFormat], caching: FileCaching
    ) {
        (self.renditions, self.signatures, self.caching) = (renditions, signatures, caching)
        query = RenderQuery(presets: presets, automaticFormats: automaticFormats)
    }

    public var routes: [Route] { [Route(.get, "/v1/images/{id}/render", render)] }

    private func render(_ call: Call) async throws -> HTTPResponse {
        let permission = try signatures.permission(of: call)
        let transformation = try query.read(call.request)
        let served = try await renditions.rendition(
            try call.imageID, transformation, for: permission, client: call.renderClient)
        var response = FileResponse(served, to: call.request, for: call.viewer, caching).response
        if case .automatic = transformation.format { response.fields.addMember("Accept", to: "Vary") }
        return response
    }
}

/// The query of a render request.
struct RenderQuery {
    private static let others = SignedAddress.names.union(["download"])
    private static let names = TransformationSyntax.names.union(others).union(["preset"])

    let presets: @Sendable () -> RenderPresets
    let automaticFormats: [ImageFormat]

    /// - Throws: a problem that says which parameter is unknown, repeated or out of range.
    func read(_ request: HTTPRequest) throws -> Transformation {
        _ = try QueryParameters(request.target, known: Self.names)
        var transformation = try presets().read(request.target.query.filter { !Self.others.contains($0.name) })
        if case .automatic = transformation.format {
            let accepted = AcceptedMedia(request.fields["Accept"])
            transformation.format = .automatic(AcceptedFormats(accepted, and: automaticFormats))
        }
        return transformation
    }
}

extension AcceptedFormats {
    /// A wildcard does not mean that a client supports a newer format: most clients that send one do not.
    ///
    /// - Parameter newer: the formats beyond the usual ones that may be chosen.
    init(_ accepted: AcceptedMedia, and newer: [ImageFormat]) {
        self.init { format in
            let isPossible =
                !Self.named.contains(format) || newer.contains(format) && accepted.names(format.mediaType)
            return isPossible ? accepted.quality(of: format.mediaType) : 0
        }
    }
}
