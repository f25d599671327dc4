internal import CMicrohttpd
internal import HTTPTypes
internal import Streams
internal import Runtime

/// One request and its response: the meeting point of libmicrohttpd's threads and a Swift task.
///
/// libmicrohttpd calls in with the head, pieces of the body, and the end; the handler's task asks for the body and hands
/// over a response. Whenever one side must wait for the other, the connection is suspended, never the thread. All state
/// is behind one lock, and suspending and resuming happen while it is held, so that no wake-up can be lost.
final class Exchange: Sendable {
    /// What the connection's thread does after a call.
    enum Verdict {
        case proceed
        /// Answer with this; the connection cannot be kept where `closing`.
        case answer(HTTPResponse, closing: Bool)
        case abort
    }

    struct State {
        /// The connection, as an address: it is valid from `begin` to `complete`.
        var connection: UInt
        var task: Task<Void, Never>?
        var hasBegun = false
        var isHeadDone = false
        var isSuspended = false
        /// Whether the end of the request was seen.
        var isComplete = false
        var isAborted = false
        var response: HTTPResponse?
        var body = BodyBuffer()
        var started = monotonicSeconds()
        /// When the request was answered although its body was still coming.
        var answeredEarly: Double?
        /// Seconds in which the server waited for the body.
        var bodyWait = 0.0
    }

    let rawTarget: String
    let peer: Peer
    let limits: ServerLimits
    let state: Locked<State>

    init(rawTarget: String, peer: Peer, limits: ServerLimits, connection: OpaquePointer) {
        (self.rawTarget, self.peer, self.limits) = (rawTarget, peer, limits)
        state = Locked(State(connection: UInt(bitPattern: connection)))
    }

    // MARK: Called on the connection's thread

    /// The head is there; called again after every wake-up until it proceeds.
    func head(hasBody: Bool, start: () -> Void) -> Verdict {
        let isFirst = state.withLock { state in
            defer { state.hasBegun = true }
            return !state.hasBegun
        }
        if isFirst { start() }
        return state.withLock { state in
            if state.isAborted { return .abort }
            guard hasBody else {
                // A response that is queued now would end the connection: it waits for the next call.
                state.isHeadDone = true
                return .proceed
            }
            if let response = state.response, !state.body.isWanted {
                guard state.body.isWorthDraining else { return .answer(response, closing: true) }
                state.body.discardRest()
            } else if !state.body.isWanted {
                suspend(&state)
                return .proceed
            }
            state.isHeadDone = true
            return .proceed
        }
    }

    var isHeadDone: Bool { state.withLock(\.isHeadDone) }

    /// A piece of the body. The client is made to wait where the handler is behind.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Verdict {
        let waiter = state.withLock { state -> (verdict: Verdict, wake: BodyBuffer.Wake?) in
            if state.isAborted { return (.abort, nil) }
            if state.response != nil { state.body.discardRest() }
            let outcome = state.body.append(bytes, limits: limits)
            if let response = state.response { answerEarly(response, &state) }
            switch outcome {
            case .hopeless: return (.abort, nil)
            case .full:
                suspend(&state)
                return (.proceed, nil)
            case .room(let wake): return (.proceed, wake)
            }
        }
        waiter.wake?()
        return waiter.verdict
    }

    /// The whole request is there; called again after every wake-up until there is a response.
    func finish() -> Verdict {
        let (verdict, wake) = state.withLock { state -> (Verdict, BodyBuffer.Wake?) in
            if state.isAborted { return (.abort, nil) }
            let wake = state.body.end()
            if state.answeredEarly != nil { return (.abort, wake) }
            if let response = state.response { return (.answer(response, closing: false), wake) }
            // A connection that is suspended as soon as it was read is read once more when it goes on, and closed where
            // the client has stopped sending, although it waits for the answer. Called again at once, it is not read.
            if state.isComplete { suspend(&state) }
            state.isComplete = true
            return (.proceed, wake)
        }
        wake?()
        return verdict
    }

    /// libmicrohttpd is done with the request, one way or another.
    func complete() {
        let (task, wake) = state.withLock { state in
            state.isAborted = true
            return (state.task, state.body.fail(CancellationError()))
        }
        wake?()
        task?.cancel()
    }

    /// Suspends the connection; on its thread, with the lock held.
    func suspend(_ state: inout State) {
        guard !state.isSuspended, let connection = OpaquePointer(bitPattern: state.connection) else { return }
        state.isSuspended = true
        MHD_suspend_connection(connection)
    }

    // MARK: Called on any thread

    var isSuspended: Bool { state.withLock(\.isSuspended) }

    func started(_ task: Task<Void, Never>) {
        let isAborted = state.withLock { state in
            state.task = task
            return state.isAborted
        }
        if isAborted { task.cancel() }
    }

    func respond(_ response: HTTPResponse) {
        state.withLock { state in
            state.response = response
            answerEarly(response, &state)
            wake(&state)
        }
    }

    /// Ends the request: its task is cancelled, its connection closed.
    func abort() {
        let (task, waiter) = state.withLock { state in
            state.isAborted = true
            wake(&state)
            return (state.task, state.body.fail(CancellationError()))
        }
        waiter?()
        task?.cancel()
    }

    /// Lets the connection go on, where it waits.
    func wake() { state.withLock { wake(&$0) } }

    func wake(_ state: inout State) {
        guard state.isSuspended, let connection = OpaquePointer(bitPattern: state.connection) else { return }
        state.isSuspended = false
        MHD_resume_connection(connection)
    }

    /// Whether the request has had its time, or its body comes too slowly. Called once an interval.
    func isOverdue(at now: Double, interval: Double, limits: ServerLimits) -> Bool {
        state.withLock { state in
            if now - state.started > (state.hasBegun ? limits.requestSeconds : limits.headerSeconds) { return true }
            if let answered = state.answeredEarly { return now - answered > limits.bodyGraceSeconds }
            guard state.isHeadDone, !state.isSuspended, !state.body.hasEnded else { return false }
            state.bodyWait += interval
            return state.bodyWait > limits.bodyGraceSeconds
                && Double(state.body.received) < limits.minimumBodyRate * state.bodyWait
        }
    }
}
