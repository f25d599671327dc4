internal import CMicrohttpd
internal import Glibc
internal import HTTPTypes
internal import Streams

/// A request's method and fields, copied out of libmicrohttpd's memory.
struct RequestHead {
    let method: HTTPMethod
    let fields: HTTPFields
    private let isHTTP11: Bool
    private let byteCount: Int
    /// Whether each line ends in CRLF and contains no NUL.
    private let hasPlainLines: Bool

    init(connection: OpaquePointer, method: UnsafePointer<CChar>, version: UnsafePointer<CChar>?) {
        self.method = HTTPMethod(rawValue: String(cString: method))
        let version = version.map { UnsafeRawBufferPointer(start: $0, count: strlen($0)) }
        isHTTP11 = version.map { $0.elementsEqual("HTTP/1.1".utf8) } ?? false
        var collector = FieldCollector(nextLine: version.flatMap { FieldCollector.line(after: $0) })
        withUnsafeMutablePointer(to: &collector) { collector in
            _ = MHD_get_connection_values_n(connection, .HEADER_KIND, collectField, collector)
        }
        (fields, byteCount, hasPlainLines) = (collector.fields, collector.byteCount, collector.hasPlainLines)
    }

    var isChunked: Bool { fields["Transfer-Encoding"] != nil }
    var contentLength: Int64? { isChunked ? nil : Int64(fields["Content-Length"] ?? "0") ?? 0 }
    var hasBody: Bool { isChunked || (contentLength ?? 0) > 0 }
    var isExpectingContinue: Bool { fields["Expect"] != nil }

    /// The request for the handler.
    func request(of exchange: Exchange, core: ServerCore) throws(HTTPRefusal) -> HTTPRequest {
        if let refusal = exchange.client.refusal { throw refusal }
        if core.isStopping { throw .stopping }
        guard hasPlainLines else {
            throw .malformed("each line of the head must end in CRLF, and none may be folded or contain NUL")
        }
        guard exchange.rawTarget.utf8.count <= core.limits.targetBytes else {
            throw .targetTooLong(limit: core.limits.targetBytes)
        }
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
        let client = exchange.client
        var request = HTTPRequest(
            method: method, target: try target(exchange.rawTarget), fields: fields, isHTTP11: isHTTP11,
            connection: HTTPRequest.Connection(address: client.address) { client.user },
            id: core.nextRequestID(), contentLength: contentLength, body: hasBody ? exchange.bodyStream : .empty)
        if client.tls != nil { request.origin.scheme = "https" }
        try checkHost(of: request)
        return try core.proxies.original(of: request)
    }

    private func target(_ text: String) throws(HTTPRefusal) -> RequestTarget {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw .malformed("the target has white space or a control character: write it as %20, for example")
        }
        do { return try RequestTarget(text) } catch { throw .malformed(error.reason) }
    }

    /// - Throws: `malformed` if the host is missing, is stated twice or cannot be read (RFC 9112, section 3.2).
    private func checkHost(of request: HTTPRequest) throws(HTTPRefusal) {
        guard fields.count(of: "Host") <= 1 else { throw .malformed("the host is stated twice") }
        guard fields["Host"] != nil || !isHTTP11 else { throw .malformed("a request of HTTP/1.1 needs the field Host") }
        guard fields["Host"] == nil || request.authority != nil else {
            throw .malformed("Host must be a name or an address, with or without a port")
        }
        guard let text = request.target.authority else { return }
        guard let authority = Authority(text), request.authority == nil || authority == request.authority else {
            throw .malformed("the target names another host than the field Host")
        }
    }
}

/// Collects the fields, and checks that their lines adjoin in libmicrohttpd's memory.
///
/// libmicrohttpd ends a line at a bare LF too, cuts a value at a NUL, and puts a folded line elsewhere. It overwrites
/// each end of a line with NUL. So the next line must begin two bytes behind the value, and behind the last value there
/// must be four NULs: the end of its line and the empty line. If nothing follows the head, a bare LF at this one place
/// cannot be told from the memory's own NULs, and does no harm (docs/decisions/0041).
private struct FieldCollector {
    var fields = HTTPFields()
    var byteCount = 0
    private(set) var isAdjoining = true
    /// Where the next line must begin.
    private var nextLine: UnsafeRawPointer?

    init(nextLine: UnsafeRawPointer?) { self.nextLine = nextLine }

    mutating func note(line: UnsafeRawPointer?, value: UnsafeRawBufferPointer) {
        if line != nextLine { isAdjoining = false }
        nextLine = Self.line(after: value)
    }

    /// Whether all lines end as they must.
    ///
    /// The bytes behind the last value are libmicrohttpd's: it keeps the list of the fields behind them.
    var hasPlainLines: Bool {
        guard isAdjoining, let nextLine, byteCount > 0 else { return isAdjoining }
        return UnsafeRawBufferPointer(start: nextLine - 2, count: 4).allSatisfy { $0 == 0 }
    }

    static func line(after bytes: UnsafeRawBufferPointer) -> UnsafeRawPointer? {
        bytes.baseAddress.map { $0 + bytes.count + 2 }
    }
}

private func collectField(
    context: UnsafeMutableRawPointer?, kind: MHD_ValueKind, name: UnsafePointer<CChar>?, nameCount: Int,
    value: UnsafePointer<CChar>?, valueCount: Int
) -> MHD_Result {
    guard let collector = context?.assumingMemoryBound(to: FieldCollector.self) else { return .NO }
    if CookiePlaceholder.isNamed(name) { return .YES }
    collector.pointee.note(
        line: UnsafeRawPointer(name), value: UnsafeRawBufferPointer(start: value, count: valueCount))
    // Four more for the colon, the space and the end of the line.
    collector.pointee.byteCount += nameCount + valueCount + 4
    collector.pointee.fields.append(text(name, nameCount), text(value, valueCount))
    return .YES
}

/// Text of a known length. Bytes that are not UTF-8 are replaced.
private func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
    String(decoding: UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count), as: UTF8.self)
}
