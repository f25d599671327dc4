internal import Runtime
internal import Synchronization
public import SystemIO

/// Sends requests concurrently over persistent connections (docs/decisions/0012).
///
/// Each thread has a handle of libcurl with connections of its own; a call waits for a free thread without blocking. A
/// call that is cancelled ends within a second.
public final class HTTPClient: Sendable {
    private let pool: BlockingPool<EasyHandle>

    /// - Parameters:
    ///   - concurrency: the maximum number of concurrent requests, at least 1.
    ///   - queue: how many more may wait; beyond that `send` throws `PoolOverloaded`.
    public init(settings: HTTPClientSettings, concurrency: Int, queue: Int = 1024) {
        pool = BlockingPool(name: "http client", threads: concurrency, queue: queue) { EasyHandle(settings) }
    }

    /// Sends a request, and returns its response, whatever its status.
    ///
    /// - Parameter sink: receives the body. By default it is collected in memory, up to 1 MiB.
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

    /// Ends the threads and closes the connections. Waiting requests are abandoned; current ones are finished.
    public func close() async { await pool.close() }
}

/// A flag by which any thread can cancel a request.
private final class Cancellation: Sendable {
    private let flag = Atomic(false)
    var isRequested: Bool { flag.load(ordering: .relaxed) }
    func request() { flag.store(true, ordering: .relaxed) }
}

/// The settings of all requests of a client.
public struct HTTPClientSettings: Sendable {
    /// The time limit in seconds for establishing a connection, including TLS; at least 1.
    public var connectSeconds = 10
    /// Seconds without any transferred byte after which a request fails; at least 1.
    public var stallSeconds = 60
    /// The time limit in seconds for a whole request; nil for none.
    public var totalSeconds: Int?
    public var userAgent: String
    /// A file of certificates to trust instead of the system's.
    public var certificateFile: String?
    /// The maximum number of bytes of all heads of a response, interim ones included.
    public var maximumHeadBytes = 256 << 10
    /// Whether the server may be asked at an address, for requests to servers that somebody else names. It is asked of the
    /// very address that is about to be connected to, on the transfer's thread. Such a client uses no proxy, and keeps no
    /// connection. Nil if it may ask every server.
    public var acceptsAddress: (@Sendable (IPAddress) -> Bool)?

    public init(userAgent: String) { self.userAgent = userAgent }
}
