internal import Runtime
internal import Synchronization

/// Sends requests, some at once, over connections that are kept and used again.
///
/// Each thread has a handle of libcurl with connections of its own; a call waits for a free thread without blocking. A
/// call that is cancelled ends within a second.
public final class HTTPClient: Sendable {
    private let pool: BlockingPool<EasyHandle>

    /// - Parameters:
    ///   - concurrency: how many requests may be under way, at least 1.
    ///   - queue: how many more may wait for their turn; past that `send` throws `PoolOverloaded`.
    public init(settings: HTTPClientSettings, concurrency: Int, queue: Int = 1024) {
        pool = BlockingPool(name: "http client", threads: concurrency, queue: queue) { EasyHandle(settings) }
    }

    /// Sends a request, and answers its response, of whatever status.
    ///
    /// - Parameter sink: takes the body. By default it is collected in memory, up to 1 MiB.
    /// - Throws: `HTTPClientError`; what the sink throws; `PoolOverloaded`; `CancellationError` if the task was
    ///   cancelled.
    public func send(
        _ request: HTTPClientRequest, into sink: HTTPResponseSink = .memory(limit: 1 << 20)
    ) async throws -> HTTPClientResponse {
        let cancellation = Cancellation()
        do {
            return try await withTaskCancellationHandler {
                try await pool.run { handle in
                    try handle.perform(request, into: sink) { cancellation.isRequested }
                }
            } onCancel: {
                cancellation.request()
            }
        } catch let error as HTTPClientError where error.code == .cancelled && cancellation.isRequested {
            throw CancellationError()
        }
    }

    /// Ends the threads and closes the connections. Requests that wait are abandoned; those under way are finished.
    public func close() async { await pool.close() }
}

/// A wish that a request ends, from any thread.
private final class Cancellation: Sendable {
    private let flag = Atomic(false)
    var isRequested: Bool { flag.load(ordering: .relaxed) }
    func request() { flag.store(true, ordering: .relaxed) }
}
