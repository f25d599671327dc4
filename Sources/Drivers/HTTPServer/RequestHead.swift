internal import CMicrohttpd
internal import HTTPTypes
internal import Streams

/// A request's method and fields, copied out of libmicrohttpd's memory.
struct RequestHead {
    let method: HTTPMethod
    let fields: HTTPFields
    private let byteCount: Int

    init(connection: OpaquePointer, method: UnsafePointer<CChar>) {
        self.method = HTTPMethod(rawValue: String(cString: method))
        var collector = FieldCollector()
        withUnsafeMutablePointer(to: &collector) { collector in
            _ = MHD_get_connection_values_n(connection, .HEADER_KIND, collectField, collector)
        }
        (fields, byteCount) = (collector.fields, collector.byteCount)
    }

    var isChunked: Bool { fields["Transfer-Encoding"] != nil }
    var contentLength: Int64? { isChunked ? nil : Int64(fields["Content-Length"] ?? "0") ?? 0 }
    var hasBody: Bool { isChunked || (contentLength ?? 0) > 0 }
    var isExpectingContinue: Bool { fields["Expect"] != nil }

    /// The request for the handler.
    func request(of exchange: Exchange, core: ServerCore) throws(HTTPRefusal) -> HTTPRequest {
        if let refusal = exchange.client.refusal { throw refusal }
        if core.isStopping { throw .stopping }
        guard byteCount <= core.limits.headerBytes else { throw .headersTooLarge(limit: core.limits.headerBytes) }
        guard fields.isWellFormed else { throw .malformed("a header field has a malformed name or value") }
        // If a message has two lengths, a request can be smuggled behind it (RFC 9112, section 6.3).
        guard fields.count(of: "Content-Length") <= 1, !(isChunked && fields["Content-Length"] != nil) else {
            throw .malformed("the length of the body is stated twice")
        }
        guard !isChunked || fields["Transfer-Encoding"]?.lowercased() == "chunked" else {
            throw .malformed("the only transfer coding that can be read is chunked")
        }
        if let expectation = fields["Expect"], expectation.lowercased() != "100-continue" { throw .unknownExpectation }
        if let contentLength, contentLength > core.limits.bodyBytes {
            throw .bodyTooLarge(limit: core.limits.bodyBytes)
        }
        let target: RequestTarget
        do {
            target = try RequestTarget(exchange.rawTarget)
        } catch {
            throw .malformed(error.reason)
        }
        return HTTPRequest(
            method: method, target: target, fields: fields, remoteAddress: exchange.client.address,
            id: core.nextRequestID(), contentLength: contentLength, body: hasBody ? exchange.bodyStream : .empty)
    }
}

private struct FieldCollector {
    var fields = HTTPFields()
    var byteCount = 0
}

private func collectField(
    context: UnsafeMutableRawPointer?, kind: MHD_ValueKind, name: UnsafePointer<CChar>?, nameCount: Int,
    value: UnsafePointer<CChar>?, valueCount: Int
) -> MHD_Result {
    guard let collector = context?.assumingMemoryBound(to: FieldCollector.self) else { return .NO }
    // Four more for the colon, the space and the end of the line.
    collector.pointee.byteCount += nameCount + valueCount + 4
    collector.pointee.fields.append(text(name, nameCount), text(value, valueCount))
    return .YES
}

/// Text of a known length. Bytes that are not UTF-8 are replaced.
private func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
    String(decoding: UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count), as: UTF8.self)
}
