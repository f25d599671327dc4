internal import Domain
internal import HTTPTypes

/// A request that begins an upload: its length, its metadata, and what is to become of it.
struct UploadCreation {
    /// What the upload is by `Upload-Concat`.
    enum Form: Hashable {
        case whole, part
        case final([UploadID])
    }

    let form: Form
    /// Nil if it is told later.
    let length: Int64?
    let description: UploadDescription
    /// Whether the request has the first bytes of the upload.
    let hasBody: Bool

    init(_ request: HTTPRequest) throws {
        form = try Self.form(request)
        description = try UploadMetadata(request).description
        hasBody = request.contentLength != 0
        if hasBody { try UploadFields.requireContentType(of: request) }
        length = try UploadFields.number("Upload-Length", of: request)
        let deferral = request.fields["Upload-Defer-Length"]
        guard deferral == nil || deferral == "1" else {
            throw Problem.badRequest("Upload-Defer-Length has only the value 1.", at: .header("Upload-Defer-Length"))
        }
        if case .final = form {
            guard length == nil, deferral == nil, !hasBody else {
                throw Problem.badRequest(
                    "A final upload has the length and the bytes of its parts: send neither Upload-Length nor a body.",
                    at: .header("Upload-Concat"))
            }
        } else {
            guard (length == nil) == (deferral != nil) else {
                throw Problem.badRequest(
                    "Send either Upload-Length, the number of bytes of the upload, or Upload-Defer-Length: 1, if it is not known yet.",
                    at: .header("Upload-Length"))
            }
        }
    }

    private static func form(_ request: HTTPRequest) throws -> Form {
        guard let text = request.fields["Upload-Concat"] else { return .whole }
        if text == "partial" { return .part }
        guard text.hasPrefix("final;") else {
            throw Problem.badRequest(
                "Upload-Concat is 'partial', or 'final;' and the addresses of parts with spaces between them.",
                at: .header("Upload-Concat"))
        }
        let addresses = text.dropFirst("final;".count).split(separator: " ")
        guard !addresses.isEmpty else {
            throw Problem.badRequest("A final upload needs the addresses of its parts.", at: .header("Upload-Concat"))
        }
        return .final(
            try addresses.map { address in
                let names = address.split(separator: "/")
                guard names.dropLast().suffix(2) == ["v1", "uploads"],
                    let id = names.last.flatMap({ UploadID(String($0)) })
                else {
                    throw Problem.badRequest(
                        "'\(address.prefix(200))' is not the address of an upload.", at: .header("Upload-Concat"))
                }
                return id
            })
    }
}
