public import HTTPTypes

/// Lets pages of other origins use the API if that is configured (the Fetch standard's CORS protocol).
public struct CrossOrigin: HTTPHandler {
    /// The first component of the paths that pages of any origin may use, as IIIF recommends (section 7.1).
    /// Private images stay hidden: browsers send no cookies if all origins are allowed.
    private static let openToAll = "iiif"

    private let next: any HTTPHandler
    /// Origins such as `https://example.org`; `*` for all.
    private let origins: Set<String>

    public init(_ next: any HTTPHandler, origins: Set<String>) {
        (self.next, self.origins) = (next, origins)
    }

    public func respond(to request: HTTPRequest) async -> HTTPResponse {
        var response = await next.respond(to: request)
        if request.target.components.first == Self.openToAll {
            allow("*", &response, request)
            return response
        }
        guard !origins.isEmpty, let origin = request.fields["Origin"] else { return response }
        response.fields.addMember("Origin", to: "Vary")
        guard origins.contains("*") || origins.contains(origin) else { return response }
        allow(origins.contains("*") ? "*" : origin, &response, request)
        return response
    }

    private func allow(_ origin: String, _ response: inout HTTPResponse, _ request: HTTPRequest) {
        response.fields["Access-Control-Allow-Origin"] = origin
        response.fields["Access-Control-Expose-Headers"] =
            "ETag, Link, Location, Content-Disposition, Repr-Digest, Retry-After, X-Request-Id"
        if request.method == .options, request.fields["Access-Control-Request-Method"] != nil {
            response.fields["Access-Control-Allow-Methods"] = response.fields["Allow"] ?? "GET, HEAD, OPTIONS"
            response.fields["Access-Control-Allow-Headers"] =
                "Authorization, Content-Type, If-Match, If-None-Match, Range, Repr-Digest"
            response.fields["Access-Control-Max-Age"] = "600"
        }
    }

    public func refuse(_ refusal: HTTPRefusal) -> HTTPResponse { next.refuse(refusal) }
}
