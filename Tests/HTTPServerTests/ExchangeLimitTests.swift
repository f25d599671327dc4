import HTTPServer
import Testing

/// Responses before the body's end, and the time limits.
@Suite struct ExchangeLimitTests {
    private var exchange = ExchangeUnderTest()

    /// The handler has read a piece of a body of 10 MiB.
    private mutating func receiveBody(expectingContinue: Bool = false) {
        exchange.expect([
            .advance: "start", .expectBody(10 << 20, expectingContinue: expectingContinue): "",
            .read("r"): "proceed", .advance: "proceed",
        ])
    }

    @Test mutating func `answers early if much of the body is still to come`() {
        receiveBody()
        exchange.expect([
            .receive(1): "proceed, r gets 1 bytes", .respond(400): "answer 400 early",
            .respond(500): "proceed", .read("s"): "proceed, s gets cancellation", .receive(1 << 20): "proceed",
            .advance: "close lingering",
        ])
    }

    @Test mutating func `resumes a connection that is answered early`() {
        exchange.limits.bodyBufferBytes = 10
        receiveBody()
        exchange.expect([
            .receive(1): "proceed, r gets 1 bytes", .receive(10): "suspend", .respond(400): "answer 400 early, resume",
            .receive(100): "proceed",
        ])
        #expect(!exchange.isSuspended)
    }

    @Test(arguments: [(rest: 1 << 20, isEarly: false), (1 << 20 + 1, true)])
    mutating func `waits for the body's end if little of it is still to come`(rest: Int, isEarly: Bool) {
        receiveBody()
        _ = exchange.apply(.receive(10 << 20 - rest))
        exchange.expect([.respond(400): isEarly ? "answer 400 early" : "proceed"])
    }

    @Test mutating func `answers early only with bytes that are at hand`() {
        receiveBody()
        exchange.expect([
            .receive(1): "proceed, r gets 1 bytes", .respondWithStream(400): "proceed", .receive(1): "proceed",
            .advance: "queue 400",
        ])
    }

    @Test mutating func `answers early only after the client has seen 100 Continue`() {
        receiveBody(expectingContinue: true)
        exchange.expect([.respond(400): "proceed", .receive(1): "answer 400 early", .receive(1): "proceed"])
    }

    @Test mutating func `answers with the first piece if the response came while the body was asked for`() {
        exchange.expect([
            .advance: "start", .expectBody(nil): "", .advance: "suspend", .read("r"): "resume",
            .respond(400): "proceed", .advance: "proceed", .receive(1): "answer 400 early",
        ])
    }

    @Test mutating func `closes the connection if the early answer cannot be written`() {
        receiveBody()
        exchange.expect([
            .receive(1): "proceed, r gets 1 bytes", .respond(400): "answer 400 early", .earlyAnswerFailed: "",
            .checkOverdue(at: 1000): "overdue", .receive(1): "close",
        ])
    }

    @Test mutating func `a failed early answer ends no other phase`() {
        exchange.expect([.advance: "start", .earlyAnswerFailed: "", .advance: "proceed", .respond(200): "proceed"])
    }

    @Test mutating func `drops no more of the rest than the limit`() {
        exchange.limits.drainBytes = 100
        receiveBody()
        exchange.expect([
            .receive(1): "proceed, r gets 1 bytes", .respond(400): "answer 400 early", .receive(100): "proceed",
            .receive(1): "close lingering",
        ])
    }

    // MARK: Time

    @Test mutating func `the head has its own time limit`() {
        exchange.limits.headerSeconds = 30
        exchange.expect([
            .checkOverdue(at: 1030): "in time", .checkOverdue(at: 1030.1): "overdue", .advance: "start",
            .checkOverdue(at: 1030.1): "in time",
        ])
    }

    @Test(
        arguments: [
            [.advance, .expectBody(10), .advance], [.advance, .advance], [.advance, .advance, .advance],
            [.advance, .respond(200), .advance, .advance],
            [.advance, .expectBody(nil), .read("r"), .advance, .receive(1), .respond(400)],
        ] as [[ExchangeEvent]])
    mutating func `a request has a time limit, in every phase after the head`(events: [ExchangeEvent]) {
        exchange.limits.requestSeconds = 100
        for event in events { _ = exchange.apply(event) }
        exchange.expect([.checkOverdue(at: 1100): "in time", .checkOverdue(at: 1100.1): "overdue"])
    }

    /// How many checks say "in time" before one says "overdue".
    private mutating func checksInTime(atMost bound: Int = 1000) -> Int {
        (0..<bound).first { _ in exchange.apply(.checkOverdue(at: 1001)) == "overdue" } ?? bound
    }

    @Test mutating func `a body has to arrive at the minimum rate once the grace is over`() {
        exchange.limits.bodyGraceSeconds = 10
        exchange.limits.minimumBodyRate = 100
        receiveBody()
        // 40 intervals are 10 seconds; 1500 bytes are enough for 15 seconds, which are 60 intervals.
        _ = exchange.apply(.receive(1500))
        #expect(checksInTime() == 60)
    }

    @Test mutating func `a body gets the grace even if nothing arrives`() {
        exchange.limits.bodyGraceSeconds = 10
        receiveBody()
        #expect(checksInTime() == 40)
    }

    @Test mutating func `time in which the client waits for the handler does not count`() {
        exchange.limits.bodyGraceSeconds = 10
        exchange.limits.bodyBufferBytes = 10
        receiveBody()
        exchange.expect([.receive(1): "proceed, r gets 1 bytes", .receive(10): "suspend"])
        #expect(checksInTime() == 1000)
        exchange.expect([.read("s"): "resume, s gets 10 bytes"])
        #expect(checksInTime() == 40)
    }

    @Test(
        arguments: [
            [.advance, .expectBody(10), .advance], [.advance, .advance, .advance],
            [.advance, .respond(200), .advance, .advance],
        ] as [[ExchangeEvent]])
    mutating func `the minimum rate counts only while the body is received`(events: [ExchangeEvent]) {
        for event in events { _ = exchange.apply(event) }
        #expect(checksInTime() == 1000)
    }

    @Test mutating func `a client gets some seconds to read an early answer`() {
        exchange.limits.bodyGraceSeconds = 10
        receiveBody()
        exchange.expect([.receive(1): "proceed, r gets 1 bytes", .respond(400): "answer 400 early"])
        #expect(checksInTime() == 40)
    }
}
