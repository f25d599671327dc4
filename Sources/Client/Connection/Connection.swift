public import HTTPClient
internal import HTTPTypes

/// A connection to a server: typed calls with retries.
///
/// Each call throws `ClientError`: `unavailable` if the server is unavailable for longer than the retry timeout,
/// `notPermitted` if the account is unknown or lacks the right, `refused` and `notFound` for one request; and
/// `CancellationError`.
public struct Connection: Sendable {
    public let address: ServerAddress
    private let client: HTTPClient
    private let identity: ClientIdentity
    private let retries: RetryPolicy
    /// Called when a request waits for its next attempt, with the reason.
    private let onWait: @Sendable (_ seconds: Double, _ reason: String) -> Void

    public init(
        _ address: ServerAddress, client: HTTPClient, identity: ClientIdentity, retries: RetryPolicy,
        onWait: @escaping @Sendable (Double, String) -> Void = { _, _ in }
    ) {
        (self.address, self.client, self.identity) = (address, client, identity)
        (self.retries, self.onWait) = (retries, onWait)
    }

    /// Sends a request, and repeats it until it succeeds or the retry policy gives up.
    ///
    /// - Parameters:
    ///   - target: path and query, encoded.
    ///   - fields: called before each attempt, because it may continue where the previous one ended.
    ///   - accepted: the statuses that are not failures.
    ///   - hasAdvanced: whether the last attempt made progress: then the retry timeout starts again.
    func call(
        _ method: HTTPMethod, _ target: String, fields: @Sendable () -> HTTPFields = { [:] },
        body: HTTPClientRequest.Body = .none, accepting accepted: Set<Int> = [200],
        into sink: HTTPResponseSink = .memory(limit: 16 << 20), onProgress: (@Sendable (Int64, Int64) -> Void)? = nil,
        hasAdvanced: @Sendable () -> Bool = { false }
    ) async throws -> HTTPClientResponse {
        try await repeating(hasAdvanced: hasAdvanced) {
            try await attempt(
                method, target, fields: fields(), body: body, accepting: accepted, into: sink, onProgress: onProgress)
        }
    }

    /// Repeats attempts until one succeeds or the retry policy gives up.
    ///
    /// - Parameters:
    ///   - hasAdvanced: whether the last attempt made progress: then the retry timeout starts again.
    ///   - attemptOnce: throws failures that another attempt would not resolve.
    func repeating<Value>(
        hasAdvanced: @Sendable () -> Bool = { false }, _ attemptOnce: () async throws -> Attempt<Value>
    ) async throws -> Value {
        var attempt = 0
        var firstFailure: ContinuousClock.Instant?
        while true {
            attempt += 1
            switch try await attemptOnce() {
            case .answered(let value): return value
            case .failed(let failure, let error):
                if hasAdvanced() { (attempt, firstFailure) = (1, nil) }
                let now = ContinuousClock.now
                let elapsed = firstFailure.map { $0.duration(to: now) / .seconds(1) } ?? 0
                firstFailure = firstFailure ?? now
                let chance = Double.random(in: 0...1)
                guard let pause = retries.pause(after: failure, attempt: attempt, elapsed: elapsed, chance: chance)
                else { throw error }
                onWait(pause, error.message)
                try await Task.sleep(for: .seconds(pause))
            }
        }
    }

    /// What comes of sending something once.
    enum Attempt<Value> {
        case answered(Value)
        case failed(RetryPolicy.Failure, ClientError)
    }

    /// Sends a request once; throws failures that a retry would not resolve.
    func attempt(
        _ method: HTTPMethod, _ target: String, fields: HTTPFields = [:], body: HTTPClientRequest.Body = .none,
        accepting accepted: Set<Int> = [200], into sink: HTTPResponseSink = .memory(limit: 16 << 20),
        onProgress: (@Sendable (Int64, Int64) -> Void)? = nil
    ) async throws -> Attempt<HTTPClientResponse> {
        var request = HTTPClientRequest(method, address.description + target, fields: fields, body: body)
        request.onProgress = onProgress
        identity.sign(&request.fields)
        let response: HTTPClientResponse
        do {
            response = try await client.send(request, into: sink)
        } catch let error as HTTPClientError {
            guard error.isWorthRetrying else { throw ClientError(error, at: address) }
            return .failed(.transport, ClientError(error, at: address))
        }
        if accepted.contains(response.status) { return .answered(response) }
        let problem = ProblemDocument(response)
        switch problem.status {
        case 408, 429, 503: return .failed(.busy(retryAfter: problem.retryAfter), problem.error)
        case 507: throw problem.error
        case 500...599: return .failed(.failed, problem.error)
        default: throw problem.error
        }
    }
}

extension ClientError {
    /// A failure of the connection.
    init(_ error: HTTPClientError, at address: ServerAddress) {
        switch error.code {
        case .cannotResolve, .cannotConnect, .timedOut, .interrupted:
            self.init(.unavailable, "\(address) cannot be reached: \(error.message)")
        case .tls:
            self.init(.unavailable, "\(address) cannot be trusted: \(error.message)")
        case .bodyUnavailable: self.init(.local, error.message)
        case .tooMuchData: self.init(.damaged, "the answer of \(address) is too long: \(error.message)")
        case .misuse, .addressRefused: self.init(.usage, "\(address) cannot be asked: \(error.message)")
        case .cancelled, .failure: self.init(.local, error.message)
        }
    }
}
