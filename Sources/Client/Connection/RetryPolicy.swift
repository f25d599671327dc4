/// When a request that failed is sent again: a pure reckoning, without clock or dice.
public struct RetryPolicy: Sendable {
    /// What went wrong.
    enum Failure: Hashable, Sendable {
        /// Nobody answered, or the answer was cut off.
        case transport
        /// The server says that it cannot now (408, 429, 503), and maybe for how many seconds.
        case busy(retryAfter: Double?)
        /// The server failed (500, 502, 504 and their like).
        case failed
    }

    /// Seconds for which a server that is away or busy is asked again, from the first failure on.
    public var retryTimeout: Double
    /// How often a request is sent with which the server failed.
    public var attempts = 4
    private let firstPause = 0.25
    private let longestPause = 8.0

    public init(retryTimeout: Double) { self.retryTimeout = retryTimeout }

    /// Seconds until the next attempt; nil to give up.
    ///
    /// - Parameters:
    ///   - attempt: how often it has been sent, at least 1.
    ///   - elapsed: seconds since the first failure.
    ///   - chance: 0 to 1, so that many who failed together do not come back together.
    func pause(after failure: Failure, attempt: Int, elapsed: Double, chance: Double) -> Double? {
        var pause = min(longestPause, firstPause * Double(1 << min(attempt - 1, 10))) * (0.5 + chance / 2)
        switch failure {
        case .failed: return attempt < attempts ? pause : nil
        case .busy(let retryAfter): pause = max(pause, retryAfter ?? 0)
        case .transport: break
        }
        // The last attempt is made when the retry timeout ends, not a long pause before it.
        guard elapsed < retryTimeout else { return nil }
        if case .busy(let retryAfter?) = failure, elapsed + retryAfter > retryTimeout { return nil }
        return min(pause, max(0.05, retryTimeout - elapsed))
    }
}
