public import HTTPTypes
internal import Services

/// Adds what every answer below the address of a share needs, failures too: the address is a secret, which is neither
/// told to other sites nor indexed, and nothing is given from a cache after the share has ended.
public struct ShareHeaders: HTTPHandler {
    private let next: any HTTPHandler

    public init(_ next: any HTTPHandler) { self.next = next }

    public func respond(to request: HTTPRequest) async -> HTTPResponse {
        var response = await next.respond(to: request)
        guard request.target.isOfSharesVisitor else { return response }
        response.fields["Referrer-Policy"] = "no-referrer"
        response.fields["X-Robots-Tag"] = "noindex"
        // What has a tag is kept by the visitor's own cache alone, which asks each time.
        response.fields["Cache-Control"] = response.fields["ETag"] == nil ? "no-store" : "private, no-cache"
        response.fields.addMember("Cookie", to: "Vary")
        return response
    }

    public func refuse(_ refusal: HTTPRefusal) -> HTTPResponse { next.refuse(refusal) }
}

extension RequestTarget {
    fileprivate var isOfSharesVisitor: Bool {
        components.count >= 3 && components[0] == "v1" && components[1] == "shares"
            && ShareVisits.isToken(components[2])
    }
}
