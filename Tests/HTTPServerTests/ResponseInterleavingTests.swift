import HTTPTypes
import SystemIO
import Testing

@testable import HTTPServer

/// Every order in which the connection's thread and the producer can take their steps. A step is what happens under one
/// lock; between two steps anything may come.
@Suite struct ResponseInterleavingTests {
    /// Bytes that fill the queue, so that the producer waits.
    private static let full = 256 << 10

    /// One thread and one task around the two state machines, as `ResponsePipe` and `Exchange` run them.
    private struct World {
        enum Connection: Equatable {
            case fill, look, await, suspended, ended, failed
        }

        indirect enum Step: Equatable {
            case write, finish, wake(then: Step), waitForRoom, blocked, done
        }

        var pipe = ResponsePipeStateMachine<String>()
        var exchange = ExchangeStateMachine<String>(startedAt: 0)
        var connection = Connection.fill
        /// nil until the producer was started.
        var producer: Step?
        var writesLeft: Int
        let writeBytes: Int
        let hasFailed: Bool
        /// Whether somebody aborts the request at some time.
        var mayAbort: Bool
        var sent = 0
        var path: [String] = []

        init(writes: Int, writeBytes: Int, hasFailed: Bool = false, mayAbort: Bool = false) {
            (writesLeft, self.writeBytes, self.hasFailed, self.mayAbort) = (writes, writeBytes, hasFailed, mayAbort)
            _ = exchange.advance()
            _ = exchange.respond(HTTPResponse(.ok))
            _ = exchange.advance()
            _ = exchange.advance()
        }

        var nextWrite: Step { writesLeft > 0 ? .write : .finish }

        var canStepConnection: Bool { ![.suspended, .ended, .failed].contains(connection) }

        var canStepProducer: Bool { producer != nil && producer != .blocked && producer != .done }

        mutating func stepConnection() {
            path.append("\(connection)")
            switch connection {
            case .fill:
                guard let slice = pipe.front(atMost: 1 << 20) else {
                    connection = .look
                    return
                }
                sent += slice.count
                if pipe.advance(slice.count) != nil { producer = nextWrite }
            case .look:
                switch pipe.queueIsEmpty() {
                case .startProducer: producer = nextWrite
                case .readAgain: connection = .fill
                case .wait: connection = .await
                case .end: connection = .ended
                case .fail: connection = .failed
                }
            case .await:
                switch exchange.awaitSegments() {
                case .suspend: connection = .suspended
                case .lookAgain: connection = .fill
                case .closed: connection = .failed
                }
            case .suspended, .ended, .failed: break
            }
            // libmicrohttpd destroys the response, which closes the pipe.
            if connection == .failed, pipe.close() != nil { producer = nextWrite }
        }

        mutating func stepProducer() {
            path.append("\(producer.map { "\($0)" } ?? "")")
            switch producer {
            case .write:
                writesLeft -= 1
                let actions = pipe.write([.bytes([UInt8](repeating: 1, count: writeBytes))])
                if actions.producer == .stop { writesLeft = 0 }
                let next = actions.producer == .wait ? .waitForRoom : nextWrite
                producer = actions.wakesReader ? .wake(then: next) : next
            case .waitForRoom: producer = pipe.waitForRoom("w") ? .blocked : nextWrite
            case .finish: producer = pipe.finish(hasFailed: hasFailed) ? .wake(then: .done) : .done
            case .wake(let next):
                resumeIf(exchange.segmentsAvailable())
                producer = next
            case .blocked, .done, nil: break
            }
        }

        mutating func abort() {
            path.append("abort")
            mayAbort = false
            resumeIf(exchange.abort().connection)
        }

        private mutating func resumeIf(_ action: ExchangeStateMachine<String>.ConnectionAction) {
            guard case .resume = action else { return }
            #expect(connection == .suspended)
            connection = .fill
        }
    }

    /// Goes through all orders from here on, and calls `check` wherever nobody can take a step any more.
    private func explore(_ world: World, check: (World) -> Void) -> Int {
        var ends = 0
        func follow(_ step: (inout World) -> Void) {
            var next = world
            step(&next)
            ends += explore(next, check: check)
        }
        if world.canStepConnection { follow { $0.stepConnection() } }
        if world.canStepProducer { follow { $0.stepProducer() } }
        if world.mayAbort { follow { $0.abort() } }
        if ends == 0 {
            check(world)
            return 1
        }
        return ends
    }

    @Test(arguments: [0, 1, 2, 3], [1, ResponseInterleavingTests.full])
    func `no wake-up is lost, whatever the order`(writes: Int, bytes: Int) {
        for hasFailed in [false, true] {
            let world = World(writes: writes, writeBytes: bytes, hasFailed: hasFailed)
            let orders = explore(world) { world in
                #expect(world.connection == (hasFailed ? .failed : .ended), "\(world.path)")
                #expect(world.producer == .done && world.sent == writes * bytes, "\(world.path)")
            }
            #expect(orders > writes)
        }
    }

    @Test(arguments: [0, 1, 2], [1, ResponseInterleavingTests.full])
    func `an abort ends both sides, whatever the order`(writes: Int, bytes: Int) {
        _ = explore(World(writes: writes, writeBytes: bytes, mayAbort: true)) { world in
            #expect(world.connection == .failed || world.connection == .ended, "\(world.path)")
            #expect(world.producer == .done, "\(world.path)")
        }
    }
}
