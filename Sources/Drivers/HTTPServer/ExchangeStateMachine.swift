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
    /// Whether the connection has TLS, whose session belongs to the connection's thread.
    let isEncrypted: Bool
    /// Seconds for which the server has waited for the body.
    var bodyWait = 0.0
    /// Whether a response has waited for a whole interval for the connection's thread.
    var isAnswerDue = false

    init(startedAt: Double, isEncrypted: Bool = false) { (self.startedAt, self.isEncrypted) = (startedAt, isEncrypted) }

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

    /// Whether libmicrohttpd has no response to send, with which it would notice that the client has gone: the handler runs,
    /// or the rest of the body is still to come.
    var isUnanswered: Bool {
        switch phase {
        case .deferringBody, .receivingBody, .awaitingResponse, .answeredEarly: true
        default: false
        }
    }

    var isReceivingHead: Bool { if case .receivingHead = phase { true } else { false } }

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

// Events on any thread: of the handler, of the response's producer, and of the server's check of the time limits.
extension ExchangeStateMachine {
    /// The handler has a response. Only the first one counts.
    mutating func respond(_ response: HTTPResponse) -> ConnectionAction {
        switch phase {
        case .deferringBody(let isWanted, response: nil):
            phase = .deferringBody(isWanted: isWanted, response: response)
        case .receivingBody(response: nil):
            // With TLS, the connection's thread answers when the next piece arrives: this one must not use the session.
            if !isEncrypted, beginEarlyAnswer(with: response) {
                defer { connection = .running }
                return .answerEarly(response, resuming: isSuspended)
            }
            phase = .receivingBody(response: response)
        case .awaitingResponse(response: nil):
            phase = .awaitingResponse(response: response)
        default: return .proceed
        }
        return resume()
    }

    /// The handler reads the body.
    mutating func read(_ reader: Reader) -> Actions {
        switch phase {
        case .deferringBody(_, let response):
            phase = .deferringBody(isWanted: true, response: response)
            let delivery = body.read(reader)
            return Actions(connection: resume(), delivery: delivery)
        case .receivingBody:
            let delivery = body.read(reader)
            return Actions(connection: resume(), delivery: delivery)
        case .awaitingResponse, .responding:
            return Actions(connection: .proceed, delivery: body.read(reader))
        case .receivingHead, .answeredEarly, .aborted, .completed:
            return Actions(
                connection: .proceed, delivery: .init(reader: reader, result: .failure(CancellationError())))
        }
    }

    /// The task that reads the body was cancelled.
    mutating func cancelRead() -> Actions {
        Actions(connection: .proceed, delivery: body.fail(CancellationError()))
    }

    /// The producer of the response has added segments, or it has ended, after the connection had seen none.
    mutating func segmentsAvailable() -> ConnectionAction {
        guard case .responding = phase else { return .proceed }
        if isSuspended { return resume() }
        connection = .hasPendingWakeUp
        return .proceed
    }

    /// The request is to end: the server stops, the client has gone, or a time limit has passed.
    mutating func abort() -> Actions {
        if case .completed = phase { return Actions(connection: .proceed) }
        let cancelsHandler = isHandlerRunning
        phase = .aborted
        return Actions(connection: resume(), delivery: body.cancelReader(), cancelsHandler: cancelsHandler)
    }

    /// Whether the request has exceeded a time limit, or its body arrives too slowly.
    ///
    /// Called once an `interval`, in seconds: the time in which the server waits for the client is counted in
    /// intervals.
    mutating func isOverdue(at now: Double, interval: Double, limits: ServerLimits) -> Bool {
        let age = now - startedAt
        switch phase {
        case .receivingHead: return age > limits.headerSeconds
        case .aborted: return true
        case .completed: return false
        case .answeredEarly(let seconds):
            phase = .answeredEarly(seconds: seconds + interval)
            return seconds + interval > limits.bodyGraceSeconds || age > limits.requestSeconds
        case .receivingBody:
            return age > limits.requestSeconds || isBodyTooSlow(interval: interval, limits: limits)
        case .deferringBody, .awaitingResponse, .responding: return age > limits.requestSeconds
        }
    }

    /// With TLS: the response for a client that has stopped sending before its body's end, so that nothing has the
    /// connection's thread answer; nil if there is none. Called once an interval.
    mutating func takeAnswerForPausedClient() -> HTTPResponse? {
        guard isEncrypted, !isSuspended, case .receivingBody(let response?) = phase else { return nil }
        guard isAnswerDue else {
            isAnswerDue = true
            return nil
        }
        return beginEarlyAnswer(with: response) ? response : nil
    }

    private mutating func isBodyTooSlow(interval: Double, limits: ServerLimits) -> Bool {
        // While the connection is suspended, the client waits for the handler.
        guard !isSuspended else { return false }
        bodyWait += interval
        return bodyWait > limits.bodyGraceSeconds
            && Double(body.receivedCount) < limits.minimumBodyRate * bodyWait
    }
}
