internal import HTTPTypes
internal import Streams
internal import Runtime

extension Exchange {
    /// The request's body, for its handler's task.
    var bodyStream: ByteStream {
        ByteStream { [self] in
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { (continuation: BodyBuffer.Reader) in
                    let wake = state.withLock { state in
                        defer { self.wake(&state) }
                        return state.body.read(continuation)
                    }
                    wake?()
                }
            } onCancel: {
                state.withLock { $0.body.fail(CancellationError()) }?()
            }
        }
    }

    /// Notes what the head says of the body, before the handler begins.
    func expectBody(stated: Int64?, isExpectingContinue: Bool) {
        state.withLock {
            $0.body.stated = stated
            $0.body.isExpectingContinue = isExpectingContinue
        }
    }
}
