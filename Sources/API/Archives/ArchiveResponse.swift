internal import Domain
internal import HTTPTypes
internal import Services

/// An archive as a response: conditional, in ranges, and of a length that is known before its first byte.
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
        // Several ranges of an archive are nothing that anybody needs: the whole is an answer to them, too.
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
            // Held for as long as one likes, and never used again without asking: images may be hidden at any moment.
            "Cache-Control": "private, no-cache",
            "Vary": "Authorization, Cookie",
            "Accept-Ranges": "bytes",
            "Content-Disposition": Disposition.field(inline: false, name: "\(download.archive.name).zip"),
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        ]
    }
}
