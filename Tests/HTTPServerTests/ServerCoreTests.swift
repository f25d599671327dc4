import HTTPTypes
import Runtime
import Testing

@testable import HTTPServer

/// How a stopping server waits for the current requests.
@Suite struct ServerCoreTests {
    private struct NoHandler: HTTPHandler {
        func respond(to request: HTTPRequest) async -> HTTPResponse { HTTPResponse(.ok) }
        func refuse(_ refusal: HTTPRefusal) -> HTTPResponse { HTTPResponse(.badRequest) }
    }

    private let core: ServerCore

    init() throws { core = try ServerCore(handler: NoHandler(), limits: ServerLimits()) }

    /// A request on its own connection, which has no socket.
    private func beginRequest() throws -> Exchange {
        let client = core.connections.add(address: "192.0.2.1", socket: -1, isProxy: false, limits: core.limits)
        let exchange = Exchange(
            rawTarget: "/", client: client, limits: core.limits, connection: try #require(OpaquePointer(bitPattern: 1)))
        client.begin(exchange)
        return exchange
    }

    private func end(_ exchange: Exchange) {
        exchange.complete()
        core.requestEnded(on: exchange.client)
    }

    @Test func `does not wait if there is no current request`() async {
        core.stop()
        let seconds = await ContinuousClock().measure { await core.finishRequests(within: 60) }
        #expect(seconds < .seconds(30))
    }

    @Test func `waits for the last request, but no longer`() async throws {
        let exchanges = [try beginRequest(), try beginRequest()]
        core.stop()
        let seconds = await ContinuousClock().measure {
            async let finished: Void = core.finishRequests(within: 60)
            for exchange in exchanges {
                await Task.yield()
                #expect(core.connections.activeCount > 0)
                end(exchange)
            }
            await finished
        }
        #expect(core.connections.activeCount == 0 && seconds < .seconds(30))
    }

    @Test func `aborts the remaining requests at the deadline, and waits for their end`() async throws {
        let exchange = try beginRequest()
        let handler = Task {
            await ChangeSignal().wait(after: 0)
            end(exchange)
        }
        _ = exchange.advance()
        exchange.handlerStarted(handler)
        core.stop()
        let seconds = await ContinuousClock().measure { await core.finishRequests(within: 0.1, abortSeconds: 600) }
        #expect(handler.isCancelled && core.connections.activeCount == 0)
        #expect(seconds >= .milliseconds(100))
    }
}
