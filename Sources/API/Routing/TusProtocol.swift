public import HTTPTypes

/// The protocol of resumable uploads, tus 1.0 (https://tus.io/protocols/resumable-upload): its version, what of it works,
/// and the field that every answer below `/v1/uploads` has.
public struct TusProtocol: HTTPHandler {
    static let version = "1.0.0"
    static let extensions = [
        "creation", "creation-with-upload", "creation-defer-length", "checksum", "expiration", "termination",
        "concatenation",
    ]
    static let checksumAlgorithms = ["sha1", "sha256"]
    /// The type of bytes that are added to an upload.
    static let contentType = "application/offset+octet-stream"
    /// The fields that clients send.
    static let requestFields = [
        "Tus-Resumable", "Upload-Checksum", "Upload-Concat", "Upload-Defer-Length", "Upload-Length", "Upload-Metadata",
        "Upload-Offset", "X-HTTP-Method-Override",
    ]
    /// The fields that clients read.
    static let responseFields = [
        "Content-Location", "Tintype-Duplicate", "Tintype-Image", "Tintype-Problem", "Tus-Checksum-Algorithm",
        "Tus-Extension", "Tus-Max-Size", "Tus-Resumable", "Tus-Version", "Upload-Concat", "Upload-Defer-Length",
        "Upload-Expires", "Upload-Length", "Upload-Metadata", "Upload-Offset",
    ]

    private let next: any HTTPHandler

    public init(_ next: any HTTPHandler) { self.next = next }

    public func respond(to request: HTTPRequest) async -> HTTPResponse {
        var response = await next.respond(to: request)
        if Self.concerns(request) {
            response.fields["Tus-Resumable"] = Self.version
            if request.method == .options, response.status == .noContent {
                response.fields["Tus-Version"] = Self.version
                response.fields["Tus-Extension"] = Self.extensions.joined(separator: ",")
                response.fields["Tus-Checksum-Algorithm"] = Self.checksumAlgorithms.joined(separator: ",")
            }
        }
        return response
    }

    /// Whether a request is of a path below which the protocol is spoken.
    static func concerns(_ request: HTTPRequest) -> Bool { request.target.components.starts(with: ["v1", "uploads"]) }

    public func refuse(_ refusal: HTTPRefusal) -> HTTPResponse { next.refuse(refusal) }

    /// - Throws: a problem if the request is of another version of the protocol, or of none.
    static func requireVersion(_ request: HTTPRequest) throws {
        let stated = request.fields["Tus-Resumable"]
        guard stated != version else { return }
        var problem = Problem(
            .unsupportedTusVersion, at: .header("Tus-Resumable"),
            stated.map {
                "The server speaks tus \(version), not \($0.prefix(100)): send Tus-Resumable: \(version)."
            } ?? "The request names no version of tus: send Tus-Resumable: \(version).")
        problem.fields["Tus-Version"] = version
        throw problem
    }
}
