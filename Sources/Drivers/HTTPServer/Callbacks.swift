// The functions that libmicrohttpd calls. It calls them on its threads, which they must never block.
internal import Synchronization
internal import CMicrohttpd
internal import Glibc
internal import HTTPTypes

private func core(_ context: UnsafeMutableRawPointer?) -> ServerCore? {
    context.map { Unmanaged<ServerCore>.fromOpaque($0).takeUnretainedValue() }
}

private func exchange(_ context: UnsafeMutableRawPointer?) -> Exchange? {
    context.map { Unmanaged<Exchange>.fromOpaque($0).takeUnretainedValue() }
}

/// A connection was accepted, or is about to be closed.
func connectionChanged(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?,
    slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, code: MHD_ConnectionNotificationCode
) {
    guard let core = core(context), let slot else { return }
    if code == .CONNECTION_NOTIFY_STARTED {
        let address = textualAddress(tintype_connection_address(connection))
        let socket = tintype_connection_socket(connection)
        let tls = TLSSession(
            of: connection, socket: socket, certificate: core.certificate, waiting: core.handshakes)
        let client = core.connections.add(
            address: address, socket: socket, isProxy: core.proxies.contains(address), tls: tls, limits: core.limits)
        slot.pointee = Unmanaged.passRetained(AcceptedConnection(client, core: core)).toOpaque()
    } else if let accepted = slot.pointee {
        // GnuTLS's session is gone by now, and needs the connection's `TLSSession` no more.
        let client = Unmanaged<AcceptedConnection>.fromOpaque(accepted).takeRetainedValue().client
        // With TLS, libmicrohttpd leaves the end of the stream to `close`, which a lingering duplicate delays.
        if client.tls != nil { shutdown(client.socket, Int32(SHUT_WR)) }
        core.connections.remove(client)
        slot.pointee = nil
    }
}

/// The first line of a request is here. The result becomes the request's `slot` in the other callbacks.
func beginRequest(
    context: UnsafeMutableRawPointer?, target: UnsafePointer<CChar>?, connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let core = core(context), let target, let connection, let client = AcceptedConnection.of(connection)?.client
    else { return nil }
    let exchange = Exchange(
        rawTarget: String(cString: target), client: client, limits: core.limits, connection: connection)
    skipQuery(of: target)
    CookiePlaceholder.add(to: connection)
    client.begin(exchange)
    return Unmanaged.passRetained(exchange).toOpaque()
}

/// Ends libmicrohttpd's own copy of the target at its question mark.
///
/// libmicrohttpd makes an entry of 72 bytes for each parameter of a query, in memory of a fixed size, and gives no
/// answer if that is used up. `RequestTarget` reads the query from the copy that was taken before. The text is in
/// libmicrohttpd's buffer, which it writes to itself right after this callback.
private func skipQuery(of target: UnsafePointer<CChar>) {
    guard let mark = strchr(target, Int32(UInt8(ascii: "?"))) else { return }
    if mark[1] != 0 { mark[1] = 0 }
}

/// A first field `Cookie` without a value, which libmicrohttpd finds instead of the client's.
///
/// It parses that field into a list in memory of a fixed size: it gives no answer to some hundreds of cookies, and a
/// wrong one to cookies that it cannot parse. `SessionCookies` reads the field itself.
enum CookiePlaceholder {
    private static let name: StaticString = "Cookie"
    private static let value: StaticString = ""

    static func add(to connection: OpaquePointer) {
        _ = MHD_set_connection_value(connection, .HEADER_KIND, pointer(to: name), pointer(to: value))
    }

    /// Whether the name is that of the placeholder, and not the client's.
    static func isNamed(_ other: UnsafePointer<CChar>?) -> Bool { other == pointer(to: name) }

    private static func pointer(to text: StaticString) -> UnsafePointer<CChar> {
        UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}

/// A request is over, whether it was answered or not.
func completeRequest(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?,
    slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, code: MHD_RequestTerminationCode
) {
    guard let core = core(context), let opaque = slot?.pointee else { return }
    let exchange = Unmanaged<Exchange>.fromOpaque(opaque).takeRetainedValue()
    slot?.pointee = nil
    if exchange.isReceivingHead, AcceptedConnection.of(connection)?.isRefused.load(ordering: .relaxed) != true {
        core.handler.noteUnread(
            UnreadRequest(
                of: exchange, client: exchange.client.address, reason: "the head was not complete", status: nil))
    }
    exchange.complete()
    core.requestEnded(on: exchange.client)
}

/// The head, a piece of the body, or the end of a request; or a connection that was resumed.
func handleRequest(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?, url: UnsafePointer<CChar>?,
    method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?, data: UnsafePointer<CChar>?,
    size: UnsafeMutablePointer<Int>?, slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let core = core(context), let connection, let method, let size, let exchange = exchange(slot?.pointee) else {
        return .NO
    }
    var action: Exchange.Machine.ConnectionAction
    if size.pointee > 0, let data {
        action = exchange.receive(UnsafeRawBufferPointer(start: data, count: size.pointee))
        size.pointee = 0
    } else {
        action = exchange.advance()
        if case .startHandler = action {
            startHandler(
                of: exchange, head: RequestHead(connection: connection, method: method, version: version), core: core)
            action = exchange.advance()
        }
    }
    switch action {
    case .proceed, .startHandler, .suspend, .resume, .answerEarly: return .YES
    case .close(let lingering):
        if lingering { core.lingering.add(exchange.client.socket) }
        return .NO
    case .queue(var response, let closing):
        if closing { core.lingering.add(exchange.client.socket) }
        if closing || core.isStopping { response.fields["Connection"] = "close" }
        return QueuedResponse(response, exchange: exchange).queue(on: connection)
    }
}

/// Starts the handler on this very thread: a response that needs no waiting costs no change of threads.
private func startHandler(of exchange: Exchange, head: RequestHead, core: ServerCore) {
    if head.hasBody {
        exchange.expectBody(statedLength: head.contentLength, isExpectingContinue: head.isExpectingContinue)
    }
    do {
        let request = try head.request(of: exchange, core: core)
        if exchange.client.isProxy {
            try core.connections.beginForwarded(
                from: request.origin.client, on: exchange.client, limits: core.limits)
        }
        let task = Task.immediate {
            exchange.respond(await core.handler.respond(to: request))
        }
        exchange.handlerStarted(task)
    } catch {
        var response = core.handler.refuse(error)
        core.handler.noteUnread(
            UnreadRequest(
                of: exchange, client: exchange.client.address, reason: "\(error)", status: response.status))
        // What follows a message that cannot be read is not a request (RFC 9112, section 6.3).
        if case .malformed = error { response.fields["Connection"] = "close" }
        exchange.respond(response)
    }
}

extension UnreadRequest {
    /// - Parameter exchange: nil if the request has no target that could be read.
    init(of exchange: Exchange?, client: String, reason: String, status: HTTPStatus?) {
        let path = (exchange?.rawTarget ?? "").prefix { $0 != "?" }
        self.init(client: client, path: String(path.prefix(500)), reason: reason, status: status)
    }
}
