internal import HTTPTypes

// Events on the connection's thread, which libmicrohttpd calls.
extension ExchangeStateMachine {
    /// libmicrohttpd calls without a piece of the body: the head is here, or the end of the request, or the connection
    /// was resumed.
    mutating func advance() -> Actions {
        switch phase {
        case .receivingHead:
            phase = .deferringBody(isWanted: false, response: nil)
            return Actions(connection: .startHandler)
        case .deferringBody(let isWanted, let response):
            return Actions(connection: leaveHead(isBodyWanted: isWanted, response: response))
        case .receivingBody(let response?), .awaitingResponse(let response?):
            phase = .responding
            return Actions(connection: .queue(response, closing: false), delivery: body.end())
        case .receivingBody(response: nil):
            // Not suspended yet: a connection that is suspended right after a read is read again when it is resumed. If
            // the client has shut down its side by then, libmicrohttpd closes it, although the client waits for the
            // response.
            phase = .awaitingResponse(response: nil)
            return Actions(connection: .proceed, delivery: body.end())
        case .awaitingResponse(response: nil):
            return Actions(connection: suspend())
        case .answeredEarly:
            return Actions(connection: .close(lingering: true))
        case .responding, .aborted, .completed:
            return Actions(connection: .close(lingering: false))
        }
    }

    /// Decides whether libmicrohttpd receives the body, and with it sends `100 Continue`.
    private mutating func leaveHead(isBodyWanted: Bool, response: HTTPResponse?) -> ConnectionAction {
        if body.isPresent, !isBodyWanted {
            guard let response else { return suspend() }
            guard body.isWorthDraining else {
                phase = .responding
                return .queue(response, closing: true)
            }
        }
        // Without a body, too: libmicrohttpd closes the connection after a response that is queued in this call.
        phase = .receivingBody(response: response)
        return .proceed
    }

    /// The head says that a body follows. Before the handler starts.
    mutating func expectBody(statedLength: Int64?, isExpectingContinue: Bool) {
        body = BodyBuffer(statedLength: statedLength, isExpectingContinue: isExpectingContinue)
    }

    /// The handler runs. True if it is to be cancelled: the request was aborted while it started.
    func handlerStarted() -> Bool {
        switch phase {
        case .aborted, .completed: true
        default: false
        }
    }

    /// A piece of the body is here.
    mutating func receive(_ piece: UnsafeRawBufferPointer, limits: ServerLimits) -> Actions {
        switch phase {
        case .receivingBody(let response):
            if response != nil { body.discardRest() }
            let outcome = body.append(piece, limits: limits)
            if let response, beginEarlyAnswer(with: response) {
                return Actions(connection: .answerEarly(response, resuming: false))
            }
            return actions(after: outcome, hasAnswered: false)
        case .answeredEarly:
            return actions(after: body.append(piece, limits: limits), hasAnswered: true)
        case .receivingHead, .deferringBody, .awaitingResponse, .responding, .aborted, .completed:
            return Actions(connection: .close(lingering: false))
        }
    }

    private mutating func actions(after outcome: BodyBuffer<Reader>.AppendOutcome, hasAnswered: Bool) -> Actions {
        switch outcome {
        case .accepted(let delivery): Actions(connection: .proceed, delivery: delivery)
        case .full: Actions(connection: suspend())
        case .drainLimitExceeded: Actions(connection: .close(lingering: hasAnswered))
        }
    }

    /// The early answer could not be written to the socket.
    mutating func earlyAnswerFailed() {
        if case .answeredEarly = phase { phase = .aborted }
    }

    /// What a connection does that has sent all segments of its response.
    enum SegmentWait {
        /// Suspend the connection; `segmentsAvailable` resumes it.
        case suspend
        /// Segments came in the meantime: look again.
        case lookAgain
        case closed
    }

    /// The connection has sent all segments of its response that were there when it looked.
    mutating func awaitSegments() -> SegmentWait {
        guard case .responding = phase else { return .closed }
        if case .hasPendingWakeUp = connection {
            connection = .running
            return .lookAgain
        }
        connection = .suspended
        return .suspend
    }

    /// libmicrohttpd is done with the request, whether it was answered or not.
    mutating func complete() -> Actions {
        let cancelsHandler = isHandlerRunning
        phase = .completed
        connection = .running
        return Actions(connection: .proceed, delivery: body.cancelReader(), cancelsHandler: cancelsHandler)
    }
}
