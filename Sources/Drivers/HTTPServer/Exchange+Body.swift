internal import Streams

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
