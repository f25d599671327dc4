internal import Domain
internal import HTTPTypes
internal import Transformations

/// The query of a render request.
struct RenderQuery {
    private static let others = SignedAddress.names.union(["download"])
    private static let names = TransformationSyntax.names.union(others).union(["preset"])

    let presets: RenderPresets

    /// - Throws: a problem that says which parameter is unknown, repeated or out of range.
    func read(_ request: HTTPRequest) throws -> Transformation {
        _ = try QueryParameters(request.target, known: Self.names)
        var transformation = try presets.read(request.target.query.filter { !Self.others.contains($0.name) })
        if case .automatic = transformation.format {
            transformation.format = .automatic(AcceptedFormats(AcceptedMedia(request.fields["Accept"])))
        }
        return transformation
    }
}

extension AcceptedFormats {
    /// A wildcard does not mean that a client supports a newer format: most clients that send one do not.
    init(_ accepted: AcceptedMedia) {
        self = []
        if accepted.names(ImageFormat.avif.mediaType) { insert(.avif) }
        if accepted.names(ImageFormat.webp.mediaType) { insert(.webp) }
    }
}
