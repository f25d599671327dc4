import HTTPServer
import HTTPTypes
import Testing

/// The normal sequence of requests, and how they end early.
@Suite struct ExchangeStateMachineTests {
    private var exchange = ExchangeUnderTest()

    @Test mutating func `answers a request without a body in its second call`() {
        exchange.expect([
            .advance: "start", .respond(200): "proceed", .handlerStarted: "keep", .advance: "proceed",
            .advance: "queue 200", .complete: "proceed",
        ])
    }

    @Test mutating func `suspends only in the call after the end of the request`() {
        exchange.expect([
            .advance: "start", .advance: "proceed", .advance: "proceed", .advance: "suspend", .advance: "proceed",
            .respond(200): "resume", .advance: "queue 200",
        ])
    }

    @Test mutating func `does not suspend if the response comes right after the end of the request`() {
        exchange.expect([
            .advance: "start", .advance: "proceed", .advance: "proceed", .respond(200): "proceed",
            .advance: "queue 200",
        ])
    }

    @Test mutating func `keeps the body back until the handler reads`() {
        exchange.expect([
            .advance: "start", .expectBody(10): "", .advance: "suspend", .advance: "proceed",
            .read("r"): "resume", .advance: "proceed", .receive(4): "proceed, r gets 4 bytes",
            .receive(6): "proceed", .read("s"): "proceed, s gets 6 bytes", .read("t"): "proceed",
            .advance: "proceed, t gets the end", .advance: "suspend", .respond(200): "resume",
            .advance: "queue 200",
        ])
    }

    @Test mutating func `a handler that reads while it starts gets the body without a suspension`() {
        exchange.expect([
            .advance: "start", .expectBody(nil): "", .read("r"): "proceed", .advance: "proceed",
            .receive(1): "proceed, r gets 1 bytes",
        ])
    }

    @Test mutating func `a reader that starts after the end of the body gets the rest and the end`() {
        exchange.expect([
            .advance: "start", .expectBody(3): "", .read("r"): "proceed", .advance: "proceed",
            .receive(1): "proceed, r gets 1 bytes", .receive(2): "proceed", .advance: "proceed",
            .advance: "suspend", .read("s"): "proceed, s gets 2 bytes", .read("t"): "proceed, t gets the end",
        ])
    }

    @Test mutating func `a reader that still waits gets the end, although the response is there`() {
        exchange.expect([
            .advance: "start", .expectBody(3): "", .read("r"): "proceed", .advance: "proceed",
            .receive(3): "proceed, r gets 3 bytes", .read("s"): "proceed", .respond(200): "proceed",
            .advance: "queue 200, s gets the end",
        ])
    }

    @Test mutating func `makes the client wait while the handler is slower`() {
        exchange.limits.bodyBufferBytes = 10
        exchange.expect([
            .advance: "start", .expectBody(100): "", .read("r"): "proceed", .advance: "proceed",
            .receive(1): "proceed, r gets 1 bytes", .receive(9): "proceed", .receive(1): "suspend",
            .read("s"): "resume, s gets 10 bytes", .receive(10): "suspend", .respond(200): "resume",
            .receive(10): "proceed", .receive(10): "proceed",
        ])
    }

    @Test mutating func `only the first response counts`() {
        exchange.expect([
            .advance: "start", .respond(200): "proceed", .respond(500): "proceed", .advance: "proceed",
            .respond(500): "proceed", .advance: "queue 200", .respond(500): "proceed", .advance: "close",
        ])
    }

    @Test mutating func `a response before the handler was started is ignored`() {
        exchange.expect([.respond(200): "proceed", .advance: "start", .advance: "proceed", .advance: "proceed"])
    }

    @Test mutating func `reads and drops a small body that the handler does not read`() {
        exchange.limits.bodyBufferBytes = 1
        exchange.expect([
            .advance: "start", .expectBody(1 << 20): "", .respond(404): "proceed", .advance: "proceed",
            .receive(1000): "proceed", .receive(1000): "proceed", .advance: "queue 404",
        ])
    }

    @Test(arguments: [
        (length: Int64?.some(1 << 20 + 1), expectingContinue: false), (nil, false), (10, true),
    ])
    mutating func `refuses a large body, or one that waits for 100 Continue, before it is sent`(
        length: Int64?, expectingContinue: Bool
    ) {
        exchange.expect([
            .advance: "start", .expectBody(length, expectingContinue: expectingContinue): "", .advance: "suspend",
            .respond(413): "resume", .advance: "queue 413 closing", .receive(1): "close", .complete: "proceed",
        ])
    }

    @Test mutating func `a body beyond the limit fails its reader, and is dropped`() {
        exchange.limits.bodyBytes = 10
        exchange.limits.drainBytes = 100
        exchange.expect([
            .advance: "start", .expectBody(nil): "", .read("r"): "proceed", .advance: "proceed",
            .receive(10): "proceed, r gets 10 bytes", .read("s"): "proceed",
            .receive(1): "proceed, s gets \(HTTPRefusal.bodyTooLarge(limit: 10))",
            .cancelRead: "proceed", .read("t"): "proceed, t gets \(HTTPRefusal.bodyTooLarge(limit: 10))",
            .receive(100): "proceed", .receive(1): "close",
        ])
    }

    @Test mutating func `a cancelled reader fails, and so do later ones`() {
        exchange.expect([
            .advance: "start", .expectBody(10): "", .read("r"): "proceed",
            .cancelRead: "proceed, r gets cancellation", .cancelRead: "proceed", .advance: "proceed",
            .receive(10): "proceed", .read("s"): "proceed, s gets cancellation",
        ])
    }

    // MARK: Abort and completion

    /// Events that lead to a phase; then the actions of `abort` and, without it, of `complete`.
    struct Place: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let events: [ExchangeEvent]
        let abort: String
        let complete: String
    }

    static let places = [
        Place(testDescription: "receiving the head", events: [], abort: "proceed", complete: "proceed"),
        Place(
            testDescription: "starting the handler", events: [.advance, .expectBody(10)], abort: "proceed, cancel",
            complete: "proceed, cancel"),
        Place(
            testDescription: "keeping the body back", events: [.advance, .expectBody(10), .advance],
            abort: "resume, cancel", complete: "proceed, cancel"),
        Place(
            testDescription: "keeping the body back, with a response",
            events: [.advance, .expectBody(10), .advance, .respond(200)], abort: "proceed", complete: "proceed"),
        Place(
            testDescription: "receiving the body, with a reader",
            events: [.advance, .expectBody(10), .read("r"), .advance],
            abort: "proceed, r gets cancellation, cancel", complete: "proceed, r gets cancellation, cancel"),
        Place(
            testDescription: "receiving the body, with a full buffer",
            events: [.advance, .expectBody(nil), .read("r"), .advance, .receive(1), .receive(256 << 10)],
            abort: "resume, cancel", complete: "proceed, cancel"),
        Place(
            testDescription: "receiving the body, with a response",
            events: [.advance, .expectBody(10), .respond(200), .advance], abort: "proceed", complete: "proceed"),
        Place(
            testDescription: "awaiting the response", events: [.advance, .advance, .advance, .advance],
            abort: "resume, cancel", complete: "proceed, cancel"),
        Place(
            testDescription: "awaiting the response, which has come",
            events: [.advance, .advance, .advance, .advance, .respond(200)], abort: "proceed", complete: "proceed"),
        Place(
            testDescription: "responding", events: [.advance, .respond(200), .advance, .advance],
            abort: "proceed", complete: "proceed"),
        Place(
            testDescription: "responding, waiting for segments",
            events: [.advance, .respond(200), .advance, .advance, .awaitSegments], abort: "resume",
            complete: "proceed"),
        Place(
            testDescription: "answered early",
            events: [.advance, .expectBody(nil), .read("r"), .advance, .receive(1), .respond(400)],
            abort: "proceed", complete: "proceed"),
    ]

    @Test(arguments: places)
    mutating func `closes the connection after an abort, in every phase`(place: Place) {
        for event in place.events { _ = exchange.apply(event) }
        exchange.expect([
            .abort: place.abort, .abort: "proceed", .handlerStarted: "cancel", .respond(500): "proceed",
            .read("late"): "proceed, late gets cancellation", .segmentsAvailable: "proceed",
            .awaitSegments: "closed", .receive(1): "close", .advance: "close", .checkOverdue(at: 1000): "overdue",
            .complete: "proceed", .complete: "proceed",
        ])
    }

    @Test(arguments: places)
    mutating func `does not touch the connection after its completion, in every phase`(place: Place) {
        for event in place.events { _ = exchange.apply(event) }
        exchange.expect([
            .complete: place.complete, .handlerStarted: "cancel", .abort: "proceed", .respond(500): "proceed",
            .read("late"): "proceed, late gets cancellation", .segmentsAvailable: "proceed",
            .awaitSegments: "closed", .checkOverdue(at: 1e9): "in time", .advance: "close", .receive(1): "close",
        ])
        #expect(!exchange.isSuspended)
    }
}
