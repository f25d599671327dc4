import Domain
import Testing

@Suite struct WebhookRetriesTests {
    private static let begin = Timestamp(seconds: 1_000_000)

    /// The pause in seconds after a failure; nil for the last one.
    private static func pause(
        _ count: Int, after seconds: Double = 0, wish: Double? = nil, jitter: Double = 0
    ) -> Double? {
        let now = begin.advanced(bySeconds: seconds)
        let decision = WebhookRetries.decision(
            afterFailure: count, since: begin, now: now, wish: wish, jitter: jitter)
        guard case .retry(let moment) = decision else { return nil }
        return Double(moment.microseconds - now.microseconds) / 1e6
    }

    @Test(arguments: [(1, 5.0), (2, 10), (3, 20), (4, 40), (10, 2560), (11, 3600), (12, 3600), (500, 3600)])
    func `pauses double, up to an hour`(count: Int, seconds: Double) {
        #expect(Self.pause(count) == seconds)
    }

    @Test func `a fifth of a pause at most is left out at random`() {
        #expect(Self.pause(2, jitter: 1) == 8 && Self.pause(2, jitter: 0.5) == 9)
        #expect(Self.pause(2, jitter: 7) == 8 && Self.pause(2, jitter: -1) == 10)
    }

    @Test(arguments: [(0.0, 5.0), (3, 5), (60, 60), (3600, 3600), (86_400, 3600), (-5, 5), (.infinity, 3600)])
    func `the wish of a receiver counts within bounds`(wish: Double, seconds: Double) {
        #expect(Self.pause(1, wish: wish) == seconds)
    }

    @Test func `the last attempt is at the end of a day`() {
        #expect(Self.pause(30, after: 86_400 - 3600) == 3600)
        #expect(Self.pause(30, after: 86_400 - 60) == 60)
        #expect(Self.pause(1, after: 86_400 - 1) == 1)
        #expect(Self.pause(31, after: 86_400) == nil && Self.pause(31, after: 90_000) == nil)
    }

    @Test func `a receiver that never answers is asked about thirty times in a day`() {
        var (seconds, count) = (0.0, 1)
        while let pause = Self.pause(count, after: seconds, jitter: 0.5) {
            (seconds, count) = (seconds + pause, count + 1)
        }
        #expect(seconds == 86_400)
        #expect((30...45).contains(count), "\(count)")
    }

    @Test func `a clock that was set back does no harm`() {
        #expect(Self.pause(3, after: -1000) == 20)
    }
}
