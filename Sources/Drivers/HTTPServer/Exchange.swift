internal import CMicrohttpd
internal import HTTPTypes
internal import Runtime
internal import Streams

/// One request and its response: the meeting point of libmicrohttpd's threads and a Swift task.
///
/// libmicrohttpd calls in with the head, with pieces of the body, and at the end. The handler's task asks for the body
/// and hands over a response. If one side must wait for the other, the connection is suspended, never the thread.
///
/// `ExchangeStateMachine` decides what happens. This class holds the lock around it and carries its actions out: those
/// on the connection while the lock is held, so that no wake-up is lost; readers and tasks after it was released.
final class Exchange: Sendable {
    typealias Machine = ExchangeStateMachine<BodyReader>

    private struct State {
        var machine: Machine
        var handler: Task<Void, Never>?
    }

    let rawTarget: String
    let client: ClientConnection
    private let limits: ServerLimits
    /// libmicrohttpd's connection, as an address. It is valid until `complete`.
    private let connection: UInt
    private let state: Locked<State>

    init(rawTarget: String, client: ClientConnection, limits: ServerLimits, connection: OpaquePointer) {
        (self.rawTarget, self.client, self.limits) = (rawTarget, client, limits)
        self.connection = UInt(bitPattern: connection)
        state = Locked(State(machine: Machine(startedAt: monotonicSeconds(), isEncrypted: client.tls != nil)))
    }

    // MARK: On the connection's thread

    func advance() -> Machine.ConnectionAction { perform { $0.advance() } }

    func receive(_ piece: UnsafeRawBufferPointer) -> Machine.ConnectionAction {
        perform { $0.receive(piece, limits: limits) }
    }

    func expectBody(statedLength: Int64?, isExpectingContinue: Bool) {
        state.withLock {
            $0.machine.expectBody(statedLength: statedLength, isExpectingContinue: isExpectingContinue)
        }
    }

    func handlerStarted(_ task: Task<Void, Never>) {
        let isCancelled = state.withLock { state in
            state.handler = task
            return state.machine.handlerStarted()
        }
        if isCancelled { task.cancel() }
    }

    /// Suspends the connection until there are segments to send, unless they are there already.
    func awaitSegments() -> Machine.SegmentWait {
        state.withLock { state in
            let wait = state.machine.awaitSegments()
            if case .suspend = wait { carryOut(.suspend, &state) }
            return wait
        }
    }

    func complete() { perform { $0.complete() } }

    // MARK: On any thread

    func respond(_ response: HTTPResponse) {
        state.withLock { state in carryOut(state.machine.respond(response), &state) }
    }

    func segmentsAvailable() {
        state.withLock { state in carryOut(state.machine.segmentsAvailable(), &state) }
    }

    /// Ends the request: cancels its task and closes its connection.
    func abort() { perform { $0.abort() } }

    var isReceivingHead: Bool { state.withLock(\.machine.isReceivingHead) }

    /// Whether libmicrohttpd has no response to send.
    var isUnanswered: Bool { state.withLock(\.machine.isUnanswered) }

    func isOverdue(at now: Double, interval: Double) -> Bool {
        state.withLock { $0.machine.isOverdue(at: now, interval: interval, limits: limits) }
    }

    /// Answers a client with TLS that has stopped sending before its body's end. Called once an interval.
    func answerPausedClient() {
        guard let tls = client.tls else { return }
        state.withLock { state in
            guard let response = state.machine.takeAnswerForPausedClient() else { return }
            tls.end(with: EarlyAnswer(response))
        }
    }

    // MARK: Actions

    /// Runs an event, and carries out what it asks for.
    @discardableResult
    func perform(_ event: (inout Machine) -> Machine.Actions) -> Machine.ConnectionAction {
        let (actions, handler) = state.withLock { state in
            let actions = event(&state.machine)
            carryOut(actions.connection, &state)
            return (actions, actions.cancelsHandler ? state.handler : nil)
        }
        if let delivery = actions.delivery { delivery.reader.continuation.resume(with: delivery.result) }
        handler?.cancel()
        return actions.connection
    }

    /// Carries out what does not belong to the callback on the connection's thread. With the lock held: the connection
    /// and its socket are open.
    private func carryOut(_ action: Machine.ConnectionAction, _ state: inout State) {
        switch action {
        case .suspend: MHD_suspend_connection(OpaquePointer(bitPattern: connection))
        case .resume: MHD_resume_connection(OpaquePointer(bitPattern: connection))
        case .answerEarly(let response, let resuming):
            if !EarlyAnswer(response).send(to: client) { state.machine.earlyAnswerFailed() }
            if resuming { MHD_resume_connection(OpaquePointer(bitPattern: connection)) }
        case .proceed, .startHandler, .queue, .close: break
        }
    }
}

/// A task that waits for a piece of the body.
///
/// An object, so that the state machine has a layout that the compiler knows: that of a checked continuation is known
/// only at run time, which would make every event slower, also those of requests without a body.
final class BodyReader: Sendable {
    let continuation: CheckedContinuation<[UInt8]?, any Error>

    init(_ continuation: CheckedContinuation<[UInt8]?, any Error>) { self.continuation = continuation }
}

extension Exchange {
    /// The request's body, for its handler's task.
    var bodyStream: ByteStream {
        ByteStream { [self] in
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    let reader = BodyReader(continuation)
                    perform { $0.read(reader) }
                }
            } onCancel: {
                perform { $0.cancelRead() }
            }
        }
    }
}
