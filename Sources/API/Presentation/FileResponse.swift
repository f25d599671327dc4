internal import Domain
internal import HTTPTypes
internal import Runtime
internal import Services
internal import Streams
internal import SystemIO

/// A kept file as a response: conditional, in ranges, and so that it can do nothing in a browser but be looked at.
struct FileResponse {
    /// The fields of responses by the opening of their file: most of what a short answer costs is writing them.
    typealias Heads = BoundedCache<UInt64, HTTPFields>

    private let served: ServedFile
    private let request: HTTPRequest
    private let heads: Heads
    private let isAttachment: Bool

    /// - Parameter isAttachment: whether the file is to be saved rather than shown.
    init(_ served: ServedFile, to request: HTTPRequest, heads: Heads, isAttachment: Bool = false) {
        (self.served, self.request, self.heads, self.isAttachment) = (served, request, heads, isAttachment)
    }

    var response: HTTPResponse {
        let tag = EntityTag(served.validator)
        let modified = served.modified
        let conditions = Preconditions(request.fields)
        switch conditions.evaluate(method: request.method, tag: tag, modified: modified) {
        case .notModified: return HTTPResponse(.notModified, fields: fields(tag, modified))
        case .failed: return Problem(.preconditionFailed, "The file is not the one that your condition names.").response
        case .proceed: break
        }
        let length = served.length
        let wanted = request.method == .get && conditions.allowsRange(tag: tag, modified: modified)
        switch ByteRanges(wanted ? request.fields["Range"] : nil, length: length) {
        case .whole:
            let body = served.bytes.map { HTTPBody.bytes($0) } ?? .file(slice(0..<length))
            return HTTPResponse(.ok, fields: fields(tag, modified), body: body)
        case .unsatisfiable:
            var response = Problem(.rangeNotSatisfiable, "The file has \(length) bytes, and the range is beyond them.")
                .response
            response.fields["Content-Range"] = "bytes */\(length)"
            return response
        case .some(let ranges) where ranges.count == 1:
            var response = HTTPResponse(.partialContent, fields: fields(tag, modified), body: .file(slice(ranges[0])))
            response.fields["Content-Range"] = Self.contentRange(ranges[0], of: length)
            return response
        case .some(let ranges): return multipart(ranges, tag: tag, modified: modified)
        }
    }

    private func slice(_ range: Range<Int64>) -> FileSlice {
        FileSlice(file: served.file, offset: range.lowerBound, length: range.upperBound - range.lowerBound)
    }

    private func fields(_ tag: EntityTag, _ modified: Timestamp) -> HTTPFields {
        // An attachment has another head.
        guard !isSaved else { return freshFields(tag, modified) }
        if let fields = heads[served.opening] { return fields }
        let fields = freshFields(tag, modified)
        heads.insert(fields, for: served.opening, since: heads.epoch)
        return fields
    }

    private func freshFields(_ tag: EntityTag, _ modified: Timestamp) -> HTTPFields {
        var fields: HTTPFields = [
            "Content-Type": served.format.mediaType,
            "ETag": tag.description,
            "Last-Modified": HTTPDate.format(modified),
            "Cache-Control": served.details.visibility == .public ? "public, max-age=3600" : "private, max-age=60",
            "Accept-Ranges": "bytes",
            "Content-Disposition": disposition,
            // Bytes of strangers: no guessing of types, no scripts, no requests, whatever the bytes are.
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        ]
        if served.details.visibility == .private { fields.append("Vary", "Authorization, Cookie") }
        if served.isOriginal {
            fields.append("Repr-Digest", ReprDigest.format(sha256: served.digest.bytes))
        }
        return fields
    }

    private var isSaved: Bool { isAttachment || request.target.value("download") != nil }

    private var disposition: String {
        // A document that may hold scripts is never shown in place.
        let inline = served.format != .svg && !isSaved
        let stem = served.details.title.isEmpty ? "image" : served.details.title
        let name = "\(stem).\(served.format.fileExtension)"
        let plain = name.unicodeScalars.map { scalar in
            scalar.isASCII && scalar.value >= 0x20 && !"\"\\/;%".unicodeScalars.contains(scalar) ? String(scalar) : "_"
        }.joined()
        return
            "\(inline ? "inline" : "attachment"); filename=\"\(plain)\"; filename*=UTF-8''\(PercentEncoding.encode(name))"
    }

    /// Several ranges at once (RFC 9110, section 14.6).
    private func multipart(_ ranges: [Range<Int64>], tag: EntityTag, modified: Timestamp) -> HTTPResponse {
        let length = served.length
        let boundary = "tintype-\(request.id)"
        let heads = ranges.map { range in
            Array(
                "\r\n--\(boundary)\r\nContent-Type: \(served.format.mediaType)\r\nContent-Range: \(Self.contentRange(range, of: length))\r\n\r\n"
                    .utf8)
        }
        let end = Array("\r\n--\(boundary)--\r\n".utf8)
        let total = zip(ranges, heads).reduce(Int64(end.count)) { sum, part in
            sum + Int64(part.0.count) + Int64(part.1.count)
        }
        var fields = fields(tag, modified)
        fields["Content-Type"] = "multipart/byteranges; boundary=\(boundary)"
        let parts = MultipartRanges(served: served, parts: Array(zip(heads, ranges)), end: end)
        return HTTPResponse(.partialContent, fields: fields, body: .stream(length: total, parts.stream))
    }

    private static func contentRange(_ range: Range<Int64>, of length: Int64) -> String {
        "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(length)"
    }
}

/// The parts of a multipart response, read from the file as they are sent.
private actor MultipartRanges {
    private static let piece: Int64 = 64 * 1024

    private let served: ServedFile
    private var parts: [([UInt8], Range<Int64>)]
    private var end: [UInt8]?
    private var rest: Range<Int64>?

    init(served: ServedFile, parts: [([UInt8], Range<Int64>)], end: [UInt8]) {
        (self.served, self.parts, self.end) = (served, parts, end)
    }

    nonisolated var stream: ByteStream { ByteStream { try await self.next() } }

    private func next() async throws -> [UInt8]? {
        if let range = rest, !range.isEmpty {
            let count = min(Self.piece, range.upperBound - range.lowerBound)
            rest = range.lowerBound + count..<range.upperBound
            return try await served.read(at: range.lowerBound, count: Int(count))
        }
        if !parts.isEmpty {
            let (head, range) = parts.removeFirst()
            rest = range
            return head
        }
        defer { end = nil }
        return end
    }
}
