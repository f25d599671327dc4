public import HTTPTypes

/// Lets pages of other origins use the API if that is configured (the Fetch standard's CORS protocol).
///
/// They act with tokens, never with cookies: no answer has `Access-Control-Allow-Credentials` (docs/api.md).
public struct CrossOrigin: HTTPHandler {
    /// The first component of the paths that pages of any origin may use, as IIIF recommends (section 7.1).
    /// Private images stay hidden: browsers send no cookies if all origins are allowed.
    private static let openToAll = "iiif"

    /// The fields that pages may send, beyond those that the Fetch standard always allows.
    private static let allowedFields = [
        "Authorization", "Content-Digest", "Content-Disposition", "Content-Type", "If-Match", "If-Modified-Since",
        "If-None-Match", "If-Range", "If-Unmodified-Since", "Last-Event-ID", "Prefer", "Range", "Repr-Digest",
        "Tintype-Account",
        "traceparent", "tracestate", "X-Requested-With",
    ]

    /// The fields that pages may read, beyond those that the Fetch standard always exposes.
    private static let exposedFields = [
        "Accept-Ranges", "Allow", "Content-Disposition", "Content-Range", "ETag", "Link", "Location",
        "Preference-Applied", "Repr-Digest", "Retry-After", "WWW-Authenticate", "X-Request-Id",
    ]

    /// Both, for most paths, and for those of resumable uploads.
    private static let fields = (
        allowed: allowedFields.joined(separator: ", "), exposed: exposedFields.joined(separator: ", ")
    )
    private static let fieldsOfUploads = (
        allowed: (allowedFields + TusProtocol.requestFields).joined(separator: ", "),
        exposed: (exposedFields + TusProtocol.responseFields).joined(separator: ", ")
    )

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
        let fields = TusProtocol.concerns(request) ? Self.fieldsOfUploads : Self.fields
        response.fields["Access-Control-Expose-Headers"] = fields.exposed
        if request.method == .options, request.fields["Access-Control-Request-Method"] != nil {
            response.fields["Access-Control-Allow-Methods"] = response.fields["Allow"] ?? "GET, HEAD, OPTIONS"
            response.fields["Access-Control-Allow-Headers"] = fields.allowed
            response.fields["Access-Control-Max-Age"] = "600"
        }
    }

    public func refuse(_ refusal: HTTPRefusal) -> HTTPResponse { next.refuse(refusal) }
}

/// Refuses cross-site requests that change something and have no bearer token (docs/decisions/0017).
///
/// Browsers state the origin of a request (`Sec-Fetch-Site`, Fetch Metadata; `Origin`, RFC 6454); a request without
/// these fields does not come from a browser.
public struct SameOrigin: HTTPHandler {
    private let next: any HTTPHandler
    /// Origins whose pages may use the API; `*` for all.
    private let origins: Set<String>

    public init(_ next: any HTTPHandler, origins: Set<String>) { (self.next, self.origins) = (next, origins) }

    public func respond(to request: HTTPRequest) async -> HTTPResponse {
        guard isForeign(request) else { return await next.respond(to: request) }
        return Problem(
            .foreignOrigin,
            "A page of another site may not change anything here: send a token, or have its origin allowed (--cors-origins)."
        ).response
    }

    public func refuse(_ refusal: HTTPRefusal) -> HTTPResponse { next.refuse(refusal) }

    private func isForeign(_ request: HTTPRequest) -> Bool {
        if [.get, .head, .options].contains(request.method) { return false }
        guard request.fields["Authorization"] == nil else { return false }
        let origin = request.fields["Origin"]
        if let origin, origins.contains(origin) { return false }
        if origins.contains("*"), request.fields["Cookie"] == nil { return false }
        if let site = request.fields["Sec-Fetch-Site"] { return site != "same-origin" && site != "none" }
        guard let origin else { return false }
        guard let slash = origin.lastIndex(of: "/"), let host = request.authority else { return true }
        return Authority(String(origin[origin.index(after: slash)...])) != host
    }
}
