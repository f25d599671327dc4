@testable import Client
import Testing

@Suite struct RetryPolicyTests {
    private let policy = RetryPolicy(retryTimeout: 60)

    @Test func `pauses grow, are partly random, and are bounded`() throws {
        for attempt in 1...40 {
            let shortest = try #require(policy.pause(after: .transport, attempt: attempt, elapsed: 0, chance: 0))
            let longest = try #require(policy.pause(after: .transport, attempt: attempt, elapsed: 0, chance: 1))
            #expect(shortest >= 0.125 && longest == shortest * 2 && longest <= 8)
        }
    }

    @Test func `an unreachable server is retried until the retry timeout, and once more at its end`() {
        #expect(policy.pause(after: .transport, attempt: 9, elapsed: 58, chance: 1) == 2)
        #expect(policy.pause(after: .transport, attempt: 9, elapsed: 60, chance: 1) == nil)
        #expect(RetryPolicy(retryTimeout: 0).pause(after: .transport, attempt: 1, elapsed: 0, chance: 1) == nil)
    }

    @Test func `the server's Retry-After is respected`() {
        #expect(policy.pause(after: .busy(retryAfter: 30), attempt: 1, elapsed: 0, chance: 1) == 30)
        #expect(policy.pause(after: .busy(retryAfter: 30), attempt: 2, elapsed: 31, chance: 1) == nil)
        #expect(policy.pause(after: .busy(retryAfter: 0), attempt: 1, elapsed: 0, chance: 1) == 0.25)
    }

    @Test func `a failing server is asked four times in all`() {
        #expect(policy.pause(after: .failed, attempt: 3, elapsed: 1, chance: 0.5) != nil)
        #expect(policy.pause(after: .failed, attempt: 4, elapsed: 1, chance: 0.5) == nil)
    }
}
