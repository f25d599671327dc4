/// Decides when a failed request is repeated: a pure function, without clock or random numbers.
public struct RetryPolicy: Sendable {
    /// The kind of failure.
    enum Failure: Hashable, Sendable {
        /// There was no answer, or it was interrupted.
        case transport
        /// The server is busy (408, 429, 503), and may say for how many seconds.
        case busy(retryAfter: Double?)
        /// The server failed (500, 502, 504 and others).
        case failed
    }

    /// Seconds, from the first failure on, for which requests to an unavailable or busy server are repeated.
    public var retryTimeout: Double
    /// The maximum number of attempts of a request that makes the server fail.
    public var attempts = 4
    private let firstPause = 0.25
    private let longestPause = 8.0

    public init(retryTimeout: Double) { self.retryTimeout = retryTimeout }

    /// Seconds until the next attempt; nil to give up.
    ///
    /// - Parameters:
    ///   - attempt: the number of attempts so far, at least 1.
    ///   - elapsed: seconds since the first failure.
    ///   - chance: a random number from 0 to 1, so that clients that failed together do not retry together.
    func pause(after failure: Failure, attempt: Int, elapsed: Double, chance: Double) -> Double? {
        var pause = min(longestPause, firstPause * Double(1 << min(attempt - 1, 10))) * (0.5 + chance / 2)
        switch failure {
        case .failed: return attempt < attempts ? pause : nil
        case .busy(let retryAfter): pause = max(pause, retryAfter ?? 0)
        case .transport: break
        }
        // The last attempt is made at the end of the retry timeout, not a long pause before it.
        guard elapsed < retryTimeout else { return nil }
        if case .busy(let retryAfter?) = failure, elapsed + retryAfter > retryTimeout { return nil }
        return min(pause, max(0.05, retryTimeout - elapsed))
    }
}
