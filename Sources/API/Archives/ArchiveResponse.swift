internal import Domain
internal import HTTPTypes
internal import Services

/// An archive as a response: with conditional requests, ranges, and a length that is known before the first byte
/// (docs/decisions/0020).
struct ArchiveResponse {
    let download: ArchiveDownload
    let request: HTTPRequest

    init(_ download: ArchiveDownload, to request: HTTPRequest) { (self.download, self.request) = (download, request) }

    var response: HTTPResponse {
        let archive = download.archive
        let tag = EntityTag("zip-\(archive.fingerprint)")
        let length = archive.bytes
        switch Selection(by: request, tag: tag, modified: archive.dateCreated, length: length, of: "archive") {
        case .notModified: return HTTPResponse(.notModified, fields: fields(tag))
        case .refused(let response): return response
        case .ranges(let ranges) where ranges.count == 1:
            var response = HTTPResponse(.partialContent, fields: fields(tag), body: body(ranges[0]))
            response.fields["Content-Range"] = Selection.contentRange(ranges[0], of: length)
            return response
        // A request for several ranges is answered with the whole archive, which RFC 9110 permits.
        case .whole, .ranges: return HTTPResponse(.ok, fields: fields(tag), body: body(0..<length))
        }
    }

    private func body(_ range: Range<Int64>) -> HTTPBody {
        .segments(length: range.upperBound - range.lowerBound, download.segments(range))
    }

    private func fields(_ tag: EntityTag) -> HTTPFields {
        [
            "Content-Type": "application/zip",
            "ETag": tag.description,
            "Last-Modified": HTTPDate.format(download.archive.dateCreated),
            // Caches may keep it, but must revalidate it: an image can become private at any moment.
            "Cache-Control": "private, no-cache",
            "Vary": "Authorization, Cookie",
            "Accept-Ranges": "bytes",
            "Content-Disposition": Disposition.field(inline: false, name: "\(download.archive.name).zip"),
            "Content-Security-Policy": "default-src 'none'; sandbox",
        ]
    }
}
