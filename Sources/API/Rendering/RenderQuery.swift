internal import HTTPTypes
internal import Transformations

/// The query of a render request.
enum RenderQuery {
    private static let names = TransformationSyntax.names.union(["download"])

    /// - Throws: a problem that says which parameter is unknown, repeated or out of range.
    static func read(_ request: HTTPRequest) throws -> Transformation {
        _ = try QueryParameters(request.target, known: names)
        var transformation = try TransformationSyntax.read(request.target.query.filter { $0.name != "download" })
        if case .automatic = transformation.format {
            transformation.format = .automatic(AcceptedFormats(AcceptedMedia(request.fields["Accept"])))
        }
        return transformation
    }
}

extension AcceptedFormats {
    /// A wildcard does not tell that a client knows a newer format: most who send one do not.
    init(_ accepted: AcceptedMedia) {
        self = []
        if accepted.names("image/avif") { insert(.avif) }
        if accepted.names("image/webp") { insert(.webp) }
    }
}
