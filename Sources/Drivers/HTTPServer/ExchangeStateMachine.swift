internal import HTTPTypes

/// The phases of one request and its response, without locks, sockets and clocks.
///
/// Every event is a mutating function that returns what its caller has to do. `Exchange` calls it with its lock held,
/// and carries the actions out. An event that comes too late, such as a response after the client has gone, changes
/// nothing.
///
/// libmicrohttpd accepts a response only before it receives the body or after it has received all of it. The phases
/// follow from that:
///
///     receivingHead → deferringBody → receivingBody → awaitingResponse → responding → completed
///                           │               │ └───────────────────────────↗              ↑
///                           │               └── answeredEarly ───────────────────────────┤
///                           └── responding, if a large body is refused ──────────────────┤
///     any phase ──────────────── aborted ────────────────────────────────────────────────┘
///
/// `Reader` is whatever the caller uses to resume a reader of the body.
struct ExchangeStateMachine<Reader> {
    enum Phase {
        /// The first line is here, and fields are still arriving.
        case receivingHead
        /// The handler has been started. libmicrohttpd is not asked for the body until the handler reads or responds.
        case deferringBody(isWanted: Bool, response: HTTPResponse?)
        /// libmicrohttpd receives the body, which may be empty.
        case receivingBody(response: HTTPResponse?)
        /// The whole request is here.
        case awaitingResponse(response: HTTPResponse?)
        /// libmicrohttpd has the response, and sends it.
        case responding
        /// The response was sent while much of the body was still to come. The rest is dropped for some seconds.
        case answeredEarly(seconds: Double)
        /// The connection is to be closed as soon as libmicrohttpd calls again.
        case aborted
        /// libmicrohttpd is done with the request. The connection may be gone.
        case completed
    }

    /// Whether libmicrohttpd works on the connection.
    enum Connection {
        case running
        /// Segments of the response came while the connection was running: it must not be suspended before it has
        /// looked at them.
        case hasPendingWakeUp
        case suspended
    }

    var phase = Phase.receivingHead
    var connection = Connection.running
    var body = BodyBuffer<Reader>(statedLength: 0, isExpectingContinue: false)
    /// When the first line of the request came, in seconds of a monotonic clock.
    let startedAt: Double
    /// Seconds for which the server has waited for the body.
    var bodyWait = 0.0

    init(startedAt: Double) { self.startedAt = startedAt }

    /// What an event asks its caller to do.
    struct Actions {
        var connection: ConnectionAction
        /// To be carried out after the lock was released.
        var delivery: BodyBuffer<Reader>.Delivery?
        /// Whether the handler's task is to be cancelled, after the lock was released.
        var cancelsHandler = false
    }

    /// To be carried out while the lock is held, so that no other event comes in between.
    enum ConnectionAction {
        /// Nothing to do: libmicrohttpd goes on, or stays suspended.
        case proceed
        /// Start the handler, then call `advance` again.
        case startHandler
        case suspend
        case resume
        /// Give the response to libmicrohttpd. `closing`: the connection cannot be used for another request.
        case queue(HTTPResponse, closing: Bool)
        /// Write the response to the socket. `resuming`: then resume the connection.
        case answerEarly(HTTPResponse, resuming: Bool)
        /// Close the connection. `lingering`: the client may not have read its response yet.
        case close(lingering: Bool)
    }

    /// Whether a handler runs whose response is not known yet.
    var isHandlerRunning: Bool {
        switch phase {
        case .deferringBody(_, response: nil), .receivingBody(response: nil), .awaitingResponse(response: nil): true
        default: false
        }
    }

    var isSuspended: Bool { if case .suspended = connection { true } else { false } }

    mutating func suspend() -> ConnectionAction {
        guard !isSuspended else { return .proceed }
        connection = .suspended
        return .suspend
    }

    mutating func resume() -> ConnectionAction {
        guard isSuspended else { return .proceed }
        connection = .running
        return .resume
    }

    /// Enters the phase `answeredEarly`, or returns false if the response cannot be sent before the body's end.
    ///
    /// The response has to be sent at once and in one piece; and `100 Continue`, which libmicrohttpd sends, must not
    /// come after it.
    mutating func beginEarlyAnswer(with response: HTTPResponse) -> Bool {
        guard body.hasLongRest, !body.isContinuePending, case .bytes = response.body else { return false }
        phase = .answeredEarly(seconds: 0)
        body.discardRest()
        return true
    }
}
