internal import HTTPTypes

// Events on any thread: of the handler, of the response's producer, and of the server's check of the time limits.
extension ExchangeStateMachine {
    /// The handler has a response. Only the first one counts.
    mutating func respond(_ response: HTTPResponse) -> ConnectionAction {
        switch phase {
        case .deferringBody(let isWanted, response: nil):
            phase = .deferringBody(isWanted: isWanted, response: response)
        case .receivingBody(response: nil):
            if beginEarlyAnswer(with: response) {
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

    private mutating func isBodyTooSlow(interval: Double, limits: ServerLimits) -> Bool {
        // While the connection is suspended, the client waits for the handler.
        guard !isSuspended else { return false }
        bodyWait += interval
        return bodyWait > limits.bodyGraceSeconds
            && Double(body.receivedCount) < limits.minimumBodyRate * bodyWait
    }
}
