import HTTPTypes
import Testing

@testable import HTTPServer

/// Responses before the body's end with TLS, whose session only the connection's thread uses.
@Suite struct EncryptedExchangeTests {
    private var exchange = ExchangeUnderTest()

    init() { exchange.machine = ExchangeStateMachine(startedAt: 1000, isEncrypted: true) }

    /// The handler has read a piece of a body of 10 MiB.
    private mutating func receiveBody() {
        exchange.expect([
            .advance: "start", .expectBody(10 << 20, expectingContinue: false): "", .read("r"): "proceed",
            .advance: "proceed", .receive(1): "proceed, r gets 1 bytes",
        ])
    }

    @Test mutating func `answers early with the next piece`() {
        receiveBody()
        exchange.expect([
            .respond(400): "proceed", .receive(1): "answer 400 early", .receive(1): "proceed",
            .advance: "close lingering",
        ])
        #expect(exchange.machine.takeAnswerForPausedClient() == nil)
    }

    @Test mutating func `resumes a connection, which then has a next piece`() {
        exchange.limits.bodyBufferBytes = 10
        receiveBody()
        exchange.expect([.receive(10): "suspend", .respond(400): "resume", .receive(1): "answer 400 early"])
    }

    @Test mutating func `gives up the answer for a client that has sent nothing for an interval`() {
        receiveBody()
        #expect(exchange.machine.takeAnswerForPausedClient() == nil)
        #expect(exchange.machine.takeAnswerForPausedClient() == nil)
        exchange.expect([.respond(400): "proceed"])
        #expect(exchange.machine.takeAnswerForPausedClient() == nil)
        #expect(exchange.machine.takeAnswerForPausedClient()?.status.code == 400)
        #expect(exchange.machine.takeAnswerForPausedClient() == nil)
        // What comes all the same is dropped.
        exchange.expect([.receive(1): "proceed", .advance: "close lingering"])
    }

    @Test mutating func `waits for the body's end if little of it is still to come`() {
        receiveBody()
        exchange.expect([.receive(9 << 20): "suspend", .respond(400): "resume"])
        #expect(exchange.machine.takeAnswerForPausedClient() == nil)
        #expect(exchange.machine.takeAnswerForPausedClient() == nil)
        exchange.expect([.receive(1 << 20): "proceed", .advance: "queue 400"])
    }
}
