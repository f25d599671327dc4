import Domain
import Testing

@testable import Services

@Suite struct LoginThrottleTests {
    private static let start = Timestamp(seconds: 1_000_000)

    private static func after(_ seconds: Double) -> Timestamp { start.advanced(bySeconds: seconds) }

    @Test func `six failures are allowed, and one more every thirty seconds`() {
        let throttle = LoginThrottle()
        for _ in 0..<6 {
            #expect(throttle.delay(handle: "ada", address: "a", now: Self.start) == nil)
            throttle.noteFailure(handle: "ada", address: "a", now: Self.start)
        }
        #expect(throttle.delay(handle: "ada", address: "a", now: Self.start) == 30)
        #expect(throttle.delay(handle: "ada", address: "a", now: Self.after(29)) == 1)
        #expect(throttle.delay(handle: "ada", address: "a", now: Self.after(30)) == nil)
        throttle.noteFailure(handle: "ada", address: "a", now: Self.after(30))
        #expect(throttle.delay(handle: "ada", address: "a", now: Self.after(30)) == 30)
        // Another account and another address have their own buckets.
        #expect(throttle.delay(handle: "bob", address: "a", now: Self.after(30)) == nil)
        #expect(throttle.delay(handle: "ada", address: "b", now: Self.after(30)) == nil)
    }

    @Test func `a success clears the failures of one address for one account`() {
        let throttle = LoginThrottle()
        for handle in ["ada", "bob"] {
            for _ in 0..<6 { throttle.noteFailure(handle: handle, address: "a", now: Self.start) }
        }
        throttle.noteSuccess(handle: "ada", address: "a")
        #expect(throttle.delay(handle: "ada", address: "a", now: Self.start) == nil)
        #expect(throttle.delay(handle: "bob", address: "a", now: Self.start) == 30)
    }

    @Test func `an address that guesses passwords of many accounts is slowed down`() {
        let throttle = LoginThrottle()
        for number in 0..<39 { throttle.noteFailure(handle: "\(number)", address: "a", now: Self.start) }
        #expect(throttle.delay(handle: "x", address: "a", now: Self.start) == nil)
        throttle.noteFailure(handle: "39", address: "a", now: Self.start)
        #expect(throttle.delay(handle: "x", address: "a", now: Self.start) == 15)
        #expect(throttle.delay(handle: "x", address: "b", now: Self.start) == nil)
        // A success of the account does not clear the failures of the address.
        throttle.noteSuccess(handle: "x", address: "a")
        #expect(throttle.delay(handle: "x", address: "a", now: Self.start) == 15)
    }

    @Test func `many addresses that guess passwords of one account are slowed down`() {
        let throttle = LoginThrottle()
        for number in 0..<100 { throttle.noteFailure(handle: "ada", address: "\(number)", now: Self.start) }
        #expect(throttle.delay(handle: "ada", address: "x", now: Self.start) == 10)
        #expect(throttle.delay(handle: "bob", address: "x", now: Self.start) == nil)
        #expect(throttle.delay(handle: "ada", address: "x", now: Self.after(10)) == nil)
    }

    @Test func `the fullest buckets are kept, however many names there are`() {
        let throttle = LoginThrottle()
        for _ in 0..<6 { throttle.noteFailure(handle: "ada", address: "a", now: Self.start) }
        for number in 0..<10_000 { throttle.noteFailure(handle: "\(number)", address: "b\(number)", now: Self.start) }
        #expect(throttle.delay(handle: "ada", address: "a", now: Self.start) == 30)
    }
}
