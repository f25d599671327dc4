import Domain
import Testing

@testable import Services

@Suite struct LoginThrottleTests {
    private static let start = Timestamp(seconds: 1_000_000)

    private static func attempt(_ handle: String, _ address: String, device: String? = nil) -> LoginThrottle.Attempt {
        LoginThrottle.Attempt(handle: handle, address: address, device: device)
    }

    private static func after(_ seconds: Double) -> Timestamp { start.advanced(bySeconds: seconds) }

    @Test func `six failures are allowed, and one more every thirty seconds`() {
        let throttle = LoginThrottle()
        for _ in 0..<6 {
            #expect(throttle.delay(Self.attempt("ada", "a"), now: Self.start) == nil)
            throttle.noteFailure(Self.attempt("ada", "a"), now: Self.start)
        }
        #expect(throttle.delay(Self.attempt("ada", "a"), now: Self.start) == 30)
        #expect(throttle.delay(Self.attempt("ada", "a"), now: Self.after(29)) == 1)
        #expect(throttle.delay(Self.attempt("ada", "a"), now: Self.after(30)) == nil)
        throttle.noteFailure(Self.attempt("ada", "a"), now: Self.after(30))
        #expect(throttle.delay(Self.attempt("ada", "a"), now: Self.after(30)) == 30)
        // Another account and another address have their own buckets.
        #expect(throttle.delay(Self.attempt("bob", "a"), now: Self.after(30)) == nil)
        #expect(throttle.delay(Self.attempt("ada", "b"), now: Self.after(30)) == nil)
    }

    @Test func `a success clears the failures of one address for one account`() {
        let throttle = LoginThrottle()
        for handle in ["ada", "bob"] {
            for _ in 0..<6 { throttle.noteFailure(Self.attempt(handle, "a"), now: Self.start) }
        }
        throttle.noteSuccess(Self.attempt("ada", "a"))
        #expect(throttle.delay(Self.attempt("ada", "a"), now: Self.start) == nil)
        #expect(throttle.delay(Self.attempt("bob", "a"), now: Self.start) == 30)
    }

    @Test func `an address that guesses passwords of many accounts is slowed down`() {
        let throttle = LoginThrottle()
        for number in 0..<39 { throttle.noteFailure(Self.attempt("\(number)", "a"), now: Self.start) }
        #expect(throttle.delay(Self.attempt("x", "a"), now: Self.start) == nil)
        throttle.noteFailure(Self.attempt("39", "a"), now: Self.start)
        #expect(throttle.delay(Self.attempt("x", "a"), now: Self.start) == 15)
        #expect(throttle.delay(Self.attempt("x", "b"), now: Self.start) == nil)
        // A success of the account does not clear the failures of the address.
        throttle.noteSuccess(Self.attempt("x", "a"))
        #expect(throttle.delay(Self.attempt("x", "a"), now: Self.start) == 15)
    }

    @Test func `many addresses that guess passwords of one account are slowed down`() {
        let throttle = LoginThrottle()
        for number in 0..<100 { throttle.noteFailure(Self.attempt("ada", "\(number)"), now: Self.start) }
        // Each address has one attempt, and no more than that.
        #expect(throttle.delay(Self.attempt("ada", "x"), now: Self.start) == nil)
        throttle.noteFailure(Self.attempt("ada", "x"), now: Self.start)
        #expect(throttle.delay(Self.attempt("ada", "x"), now: Self.start) == 20)
        #expect(throttle.delay(Self.attempt("ada", "99"), now: Self.after(1)) == 19)
        #expect(throttle.delay(Self.attempt("bob", "x"), now: Self.start) == nil)
        #expect(throttle.delay(Self.attempt("ada", "x"), now: Self.after(20)) == nil)
    }

    @Test func `a known device is slowed down by its own failures only`() {
        let throttle = LoginThrottle()
        for number in 0..<200 {
            throttle.noteFailure(Self.attempt("ada", "a"), now: Self.start)
            throttle.noteFailure(Self.attempt("ada", "\(number)"), now: Self.start)
        }
        let known = Self.attempt("ada", "a", device: "d")
        #expect(throttle.delay(known, now: Self.start) == nil)
        for _ in 0..<6 { throttle.noteFailure(known, now: Self.start) }
        #expect(throttle.delay(known, now: Self.start) == 30)
        #expect(throttle.delay(Self.attempt("ada", "a", device: "e"), now: Self.start) == nil)
        #expect(throttle.delay(Self.attempt("ada", "fresh"), now: Self.start) == nil)
        throttle.noteSuccess(known)
        #expect(throttle.delay(known, now: Self.start) == nil)
    }

    @Test func `a limit counts by client`() throws {
        let limit = AttemptLimit(capacity: 2, leakSeconds: 10, of: "archives")
        try limit.take("a", now: Self.start)
        try limit.take("a", now: Self.start)
        let error = try #require(throws: ServiceError.self) { try limit.take("a", now: Self.after(3)) }
        #expect(error.code == .throttled(seconds: 7))
        #expect(error.message == "There were too many archives from your address: wait 7 seconds.")
        try limit.take("b", now: Self.after(3))
        try limit.take("a", now: Self.after(10))
    }

    @Test func `the fullest buckets are kept, however many names there are`() {
        let throttle = LoginThrottle()
        for _ in 0..<6 { throttle.noteFailure(Self.attempt("ada", "a"), now: Self.start) }
        for number in 0..<10_000 { throttle.noteFailure(Self.attempt("\(number)", "b\(number)"), now: Self.start) }
        #expect(throttle.delay(Self.attempt("ada", "a"), now: Self.start) == 30)
    }
}
