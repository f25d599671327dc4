internal import Domain
internal import HTTPTypes
internal import Services

/// The fields of tus that say how far an upload is.
enum UploadFields {
    /// Reads a number of bytes.
    ///
    /// - Returns: nil if there is no such field.
    static func number(_ name: String, of request: HTTPRequest) throws -> Int64? {
        guard let text = request.fields[name] else { return nil }
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let number = Int64(text)
        else {
            throw Problem.badRequest(
                "\(name) must be a number of bytes in decimal digits, not '\(text.prefix(100))'.", at: .header(name))
        }
        return number
    }

    static func requireContentType(of request: HTTPRequest) throws {
        let type = FieldParameters(request.fields["Content-Type"] ?? "").value
        guard type == TusProtocol.contentType else {
            throw Problem(
                .unsupportedMediaType, at: .header("Content-Type"),
                "The bytes of an upload have the Content-Type \(TusProtocol.contentType), not '\(type.prefix(100))'.")
        }
    }

    /// - Parameter isHead: whether the answer also repeats what the client has said when it began the upload.
    static func of(_ upload: ResumableUpload, _ links: Links, isHead: Bool = false) -> HTTPFields {
        var fields: HTTPFields = [:]
        // A final upload has no offset before it is put together.
        if upload.kind != .final || upload.outcome != nil { fields["Upload-Offset"] = String(upload.offset) }
        switch upload.outcome {
        case .image(let image, let isDuplicate):
            fields["Content-Location"] = links.image(image)
            fields["Tintype-Image"] = image.description
            fields["Tintype-Duplicate"] = isDuplicate ? "true" : "false"
        case .refused(let refusal):
            fields["Tintype-Problem"] = Problem(ServiceError(refusal)).type.path
        case nil: fields["Upload-Expires"] = HTTPDate.format(upload.expires)
        }
        guard isHead else { return fields }
        if let length = upload.length {
            fields["Upload-Length"] = String(length)
        } else {
            fields["Upload-Defer-Length"] = "1"
        }
        if let stated = upload.description.stated { fields["Upload-Metadata"] = stated }
        switch upload.kind {
        case .whole: break
        case .part: fields["Upload-Concat"] = "partial"
        case .final:
            let parts = upload.description.parts.map { links.upload($0) }
            fields["Upload-Concat"] = "final;" + parts.joined(separator: " ")
        }
        return fields
    }
}
