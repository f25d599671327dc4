import HTTPTypes
import SystemIO
import Testing

@testable import HTTPServer

/// Every order in which the connection's thread and the producer can take their steps. A step is what happens under one
/// lock; between two steps anything may happen.
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

        enum Actor {
            case connection, producer, abort
        }

        var pipe = ResponsePipeStateMachine<String>()
        var exchange = ExchangeStateMachine<String>(startedAt: 0)
        var connection = Connection.fill
        /// nil until the producer was started.
        var producer: Step?
        var writesLeft: Int
        /// The segment of each write.
        let segment: Segment
        let hasFailed: Bool
        /// Whether the request is aborted at some time.
        var mayAbort: Bool
        var sent = 0
        /// The steps that have led here.
        var path: [Actor] = []

        init(writes: Int, writeBytes: Int, hasFailed: Bool = false, mayAbort: Bool = false) {
            (writesLeft, self.hasFailed, self.mayAbort) = (writes, hasFailed, mayAbort)
            segment = .bytes([UInt8](repeating: 1, count: writeBytes))
            _ = exchange.advance()
            _ = exchange.respond(HTTPResponse(.ok))
            _ = exchange.advance()
            _ = exchange.advance()
        }

        var nextWrite: Step { writesLeft > 0 ? .write : .finish }

        var canStepConnection: Bool { ![.suspended, .ended, .failed].contains(connection) }

        var canStepProducer: Bool { producer != nil && producer != .blocked && producer != .done }

        mutating func stepConnection() {
            path.append(.connection)
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
            path.append(.producer)
            switch producer {
            case .write:
                writesLeft -= 1
                let actions = pipe.write([segment])
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
            path.append(.abort)
            mayAbort = false
            resumeIf(exchange.abort().connection)
        }

        private mutating func resumeIf(_ action: ExchangeStateMachine<String>.ConnectionAction) {
            guard case .resume = action else { return }
            #expect(connection == .suspended)
            connection = .fill
        }
    }

    /// Goes through all orders from here on, until no step is left. Returns their number, and the steps that led to
    /// the first wrong end.
    private func explore(_ world: World, isRight: (World) -> Bool) -> (orders: Int, wrong: [World.Actor]?) {
        var steps: [(inout World) -> Void] = []
        if world.canStepConnection { steps.append { $0.stepConnection() } }
        if world.canStepProducer { steps.append { $0.stepProducer() } }
        if world.mayAbort { steps.append { $0.abort() } }
        if steps.isEmpty { return (1, isRight(world) ? nil : world.path) }
        var orders = 0
        for step in steps {
            var next = world
            step(&next)
            let found = explore(next, isRight: isRight)
            orders += found.orders
            if let wrong = found.wrong { return (orders, wrong) }
        }
        return (orders, nil)
    }

    @Test(arguments: [(writes: 0, bytes: 1), (1, 1), (2, 1), (3, 1), (1, full), (2, full)])
    func `no wake-up is lost, whatever the order`(writes: Int, bytes: Int) {
        for hasFailed in [false, true] {
            let world = World(writes: writes, writeBytes: bytes, hasFailed: hasFailed)
            let found = explore(world) { world in
                world.connection == (hasFailed ? .failed : .ended) && world.producer == .done
                    && world.sent == writes * bytes
            }
            #expect(found.wrong == nil && found.orders > writes)
        }
    }

    @Test(arguments: [(writes: 0, bytes: 1), (1, 1), (2, 1), (1, full)])
    func `an abort ends both sides, whatever the order`(writes: Int, bytes: Int) {
        let found = explore(World(writes: writes, writeBytes: bytes, mayAbort: true)) { world in
            (world.connection == .failed || world.connection == .ended) && world.producer == .done
        }
        #expect(found.wrong == nil && found.orders > writes)
    }
}
