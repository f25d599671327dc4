internal import Runtime
internal import Domain
internal import HTTPTypes
internal import Services
internal import SystemIO

/// A kept file as a response: with conditional requests and ranges, and with fields that let a browser only display it.
struct FileResponse {
    private let file: OpenFile
    private let request: HTTPRequest
    private let viewer: Viewer
    private let caching: FileCaching
    private let isAttachment: Bool
    private let isVersioned: Bool
    /// What a saved file is called, whatever its ending; nil for what everybody is told.
    private let name: String?

    /// - Parameters:
    ///   - isAttachment: whether the file is to be saved rather than shown.
    ///   - isVersioned: whether the address names the version of the file.
    ///   - name: what a saved file is called, whatever its ending; nil for what everybody is told.
    init(
        _ file: OpenFile, to request: HTTPRequest, for viewer: Viewer, _ caching: FileCaching,
        isAttachment: Bool = false, isVersioned: Bool = false, name: String? = nil
    ) {
        (self.file, self.request, self.viewer, self.caching) = (file, request, viewer, caching)
        (self.isAttachment, self.isVersioned) = (isAttachment, isVersioned)
        self.name = name
    }

    var response: HTTPResponse {
        let tag = EntityTag(file.validator)
        let modified = file.modified
        let length = file.length
        switch Selection(by: request, tag: tag, modified: modified, length: length, of: "file") {
        case .notModified: return HTTPResponse(.notModified, fields: fields(tag, modified))
        case .refused(let response): return response
        case .whole:
            let body = file.bytes.map { HTTPBody.bytes($0) } ?? HTTPBody(file.source, 0..<length)
            return HTTPResponse(.ok, fields: fields(tag, modified), body: body)
        case .ranges(let ranges) where ranges.count == 1:
            var response = HTTPResponse(
                .partialContent, fields: fields(tag, modified), body: HTTPBody(file.source, ranges[0]))
            response.fields["Content-Range"] = Selection.contentRange(ranges[0], of: length)
            return response
        case .ranges(let ranges): return multipart(ranges, tag: tag, modified: modified)
        }
    }

    private func fields(_ tag: EntityTag, _ modified: Timestamp) -> HTTPFields {
        // An attachment has other fields, and so may have what an album or a share shows.
        guard !isSaved, name == nil, file.hasUsualName(for: viewer) else { return freshFields(tag, modified) }
        let (heads, key) = (caching.heads, isVersioned ? ~file.opening : file.opening)
        if let fields = heads[key] { return fields }
        let fields = freshFields(tag, modified)
        heads.insert(fields, for: key, since: heads.generation)
        return fields
    }

    private func freshFields(_ tag: EntityTag, _ modified: Timestamp) -> HTTPFields {
        var fields: HTTPFields = [
            "Content-Type": file.format.mediaType,
            "ETag": tag.description,
            "Last-Modified": HTTPDate.format(modified),
            "Cache-Control": caching.control(of: file, isVersioned: isVersioned),
            "Accept-Ranges": "bytes",
            "Content-Disposition": disposition,
            // The bytes are not trusted: no type sniffing, no scripts, no requests, whatever they are.
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        ]
        if !file.isPublic { fields.append("Vary", "Authorization, Cookie") }
        if file.isOriginal {
            fields.append("Repr-Digest", DigestField.format(file.access.digest.bytes))
        }
        return fields
    }

    private var isSaved: Bool { isAttachment || request.target.value("download") != nil }

    private var disposition: String {
        // A document that may contain scripts is never displayed inline.
        let inline = !file.format.isDrawing && !isSaved
        let name = name ?? file.name(for: viewer)
        let stem = name.isEmpty ? "image" : ImageEnding.stem(of: name)
        return Disposition.field(inline: inline, name: "\(stem).\(file.format.fileExtension)")
    }

    /// Several ranges at once (RFC 9110, section 14.6).
    private func multipart(_ ranges: [Range<Int64>], tag: EntityTag, modified: Timestamp) -> HTTPResponse {
        let length = file.length
        let boundary = "tintype-\(request.id)"
        let parts = ranges.map { range in
            let head =
                "\r\n--\(boundary)\r\nContent-Type: \(file.format.mediaType)\r\nContent-Range: \(Selection.contentRange(range, of: length))\r\n\r\n"
            return (head: Array(head.utf8), range: range)
        }
        let end = Array("\r\n--\(boundary)--\r\n".utf8)
        let total = parts.reduce(Int64(end.count)) { total, part in
            total + Int64(part.head.count) + part.range.upperBound - part.range.lowerBound
        }
        var fields = fields(tag, modified)
        fields["Content-Type"] = "multipart/byteranges; boundary=\(boundary)"
        let streams = parts.flatMap { part in
            [SegmentStream([.bytes(part.head)]), file.source.content(part.range).segments]
        }
        return HTTPResponse(
            .partialContent, fields: fields,
            body: .segments(length: total, .joined(streams + [SegmentStream([.bytes(end)])])))
    }
}

extension HTTPBody {
    /// A range of bytes: sent by the kernel from a file, directly from memory, or as a stream.
    init(_ source: ByteSource, _ range: Range<Int64>) {
        switch source.content(range) {
        case .segment(.file(let slice)): self = .file(slice)
        case .segment(.bytes(let bytes)): self = .bytes(bytes)
        case .stream(let stream): self = .stream(length: range.upperBound - range.lowerBound, stream)
        }
    }
}

/// Which part of a representation of known length answers a request: its conditions may fail, and it may ask for
/// ranges (RFC 9110, sections 13 and 14).
enum Selection {
    case notModified
    /// A condition fails, or no requested range lies within the representation.
    case refused(HTTPResponse)
    case whole
    /// At least one, each within the representation.
    case ranges([Range<Int64>])

    /// - Parameters:
    ///   - length: bytes of the representation.
    ///   - noun: the word for it in messages.
    init(by request: HTTPRequest, tag: EntityTag, modified: Timestamp, length: Int64, of noun: String) {
        let conditions = Preconditions(request.fields)
        switch conditions.evaluate(method: request.method, tag: tag, modified: modified) {
        case .notModified:
            self = .notModified
            return
        case .failed:
            self = .refused(
                Problem(.preconditionFailed, "The \(noun) is not the one that your condition names.").response)
            return
        case .proceed: break
        }
        let wanted = request.method == .get && conditions.allowsRange(tag: tag, modified: modified)
        switch ByteRanges(wanted ? request.fields["Range"] : nil, length: length) {
        case .whole: self = .whole
        case .some(let ranges): self = .ranges(ranges)
        case .unsatisfiable:
            var response = Problem(
                .rangeNotSatisfiable, "The \(noun) has \(length) bytes, and the range is beyond them."
            ).response
            response.fields["Content-Range"] = "bytes */\(length)"
            self = .refused(response)
        }
    }

    /// The value of `Content-Range` for one range.
    static func contentRange(_ range: Range<Int64>, of length: Int64) -> String {
        "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(length)"
    }
}

/// Whether a browser displays a file or saves it, and under which name (RFC 6266).
enum Disposition {
    /// The value of `Content-Disposition`, with the name in ASCII for old clients and unchanged in UTF-8.
    static func field(inline: Bool, name: String) -> String {
        let plain = name.unicodeScalars.map { scalar in
            scalar.isASCII && scalar.value >= 0x20 && !"\"\\/;%".unicodeScalars.contains(scalar) ? String(scalar) : "_"
        }.joined()
        return
            "\(inline ? "inline" : "attachment"); filename=\"\(plain)\"; filename*=UTF-8''\(PercentEncoding.encode(name))"
    }
}
