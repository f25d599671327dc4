/// When a delivery that has failed is repeated: after pauses that double, for a day.
public enum WebhookRetries {
    public static let firstSeconds = 5.0
    public static let maximumSeconds = 3600.0
    public static let seconds = 86_400.0

    public enum Decision: Hashable, Sendable {
        case retry(at: Timestamp)
        case giveUp
    }

    /// What follows a failure.
    ///
    /// - Parameters:
    ///   - count: how many attempts have failed, this one included; at least 1.
    ///   - since: when the first of them failed.
    ///   - wish: how many seconds the receiver wants to be left alone; it counts up to the longest pause.
    ///   - jitter: from 0 to 1, at random: receivers that failed together are not asked together. A fifth of a pause at
    ///     most is left out.
    /// - Returns: an attempt at the end of the day is the last one.
    public static func decision(
        afterFailure count: Int, since: Timestamp, now: Timestamp, wish: Double? = nil, jitter: Double
    ) -> Decision {
        let end = since.advanced(bySeconds: seconds)
        guard now < end else { return .giveUp }
        let doubled = firstSeconds * Double(1 << min(max(count, 1) - 1, 20))
        let pause = min(doubled, maximumSeconds) * (1 - 0.2 * min(max(jitter, 0), 1))
        let wished = min(max(wish ?? 0, 0), maximumSeconds)
        return .retry(at: min(now.advanced(bySeconds: max(pause, wished)), end))
    }
}
