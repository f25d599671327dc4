internal import Streams

extension Exchange {
    /// The request's body, for its handler's task.
    var bodyStream: ByteStream {
        ByteStream { [self] in
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { reader in perform { $0.read(reader) } }
            } onCancel: {
                perform { $0.cancelRead() }
            }
        }
    }
}
