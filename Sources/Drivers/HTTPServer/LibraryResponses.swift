// libmicrohttpd answers requests that it cannot read itself, and hands that answer to its own public function, through
// the dynamic linker. The program's function of the same name comes first there, so that such a request is answered as
// every other one, once, and is in the log (docs/decisions/0050).
internal import CMicrohttpd
internal import Glibc
internal import HTTPTypes
internal import Synchronization

/// What libmicrohttpd keeps with each connection.
final class AcceptedConnection: Sendable {
    let client: ClientConnection
    let core: ServerCore
    /// Whether the server has answered in the place of libmicrohttpd: the connection ends.
    let isRefused = Atomic(false)

    init(_ client: ClientConnection, core: ServerCore) { (self.client, self.core) = (client, core) }

    static func of(_ connection: OpaquePointer?) -> AcceptedConnection? {
        tintype_connection_context(connection).map {
            Unmanaged<AcceptedConnection>.fromOpaque($0).takeUnretainedValue()
        }
    }

    /// Answers a request that libmicrohttpd cannot read. The connection must be closed after it: nobody knows where the
    /// next request begins.
    fileprivate func refuse(_ refusal: HTTPRefusal) {
        let response = core.handler.refuse(refusal)
        // If the client does not read, or reads slowly, it sees that the connection is closed.
        _ = EarlyAnswer(response).send(to: client)
        core.lingering.add(client.socket)
        isRefused.store(true, ordering: .relaxed)
        core.handler.noteUnread(
            UnreadRequest(
                of: client.exchange, client: client.address, reason: "\(refusal)", status: response.status))
    }
}

extension HTTPRefusal {
    /// What libmicrohttpd means by the status of its answer; nil if the request is not at fault.
    fileprivate init?(libraryStatus status: UInt32, limits: ServerLimits) {
        switch status {
        case 400: self = .malformed("its first line, a header field, the length or a chunk of the body is not HTTP/1.1")
        case 413: self = .bodyTooLarge(limit: limits.bodyBytes)
        case 414: self = .targetTooLong(limit: limits.targetBytes)
        case 431: self = .headersTooLarge(limit: limits.headerBytes)
        case 505: self = .unsupportedVersion
        default: return nil
        }
    }
}

/// libmicrohttpd's function that sends a response.
enum LibraryResponses {
    private typealias Queue = @convention(c) (OpaquePointer?, UInt32, OpaquePointer?) -> MHD_Result

    /// The function of the next library in the order of the dynamic linker: `RTLD_NEXT`, an expression in C.
    private static let libraryFunction = dlsym(UnsafeMutableRawPointer(bitPattern: -1), "MHD_queue_response").map {
        unsafeBitCast($0, to: Queue.self)
    }

    /// If the result is not `YES`, libmicrohttpd closes the connection.
    static func queue(_ connection: OpaquePointer?, _ status: UInt32, _ response: OpaquePointer?) -> MHD_Result {
        libraryFunction?(connection, status, response) ?? .NO
    }
}

/// Called by libmicrohttpd only, for its own answers; public, so that the dynamic linker sees it.
@_cdecl("MHD_queue_response")
public func queueLibraryResponse(_ connection: OpaquePointer?, _ status: UInt32, _ response: OpaquePointer?) -> UInt32 {
    guard let accepted = AcceptedConnection.of(connection),
        let refusal = HTTPRefusal(libraryStatus: status, limits: accepted.core.limits)
    else { return LibraryResponses.queue(connection, status, response).rawValue }
    accepted.refuse(refusal)
    return MHD_Result.NO.rawValue
}
