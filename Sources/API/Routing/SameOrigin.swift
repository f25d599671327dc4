public import HTTPTypes

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
            .forbidden, name: "foreign-origin",
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
        guard let slash = origin.lastIndex(of: "/"), let host = request.fields["Host"] else { return true }
        return Authority(origin[origin.index(after: slash)...]) != Authority(host)
    }
}
