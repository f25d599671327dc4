import Streams
import SystemIO
import Testing

@testable import HTTPServer

@Suite struct ResponsePipeStateMachineTests {
    private var pipe = ResponsePipeStateMachine<String>()

    private func bytes(_ count: Int) -> [Segment] { [.bytes([UInt8](repeating: 1, count: count))] }

    /// The actions of a write, in words.
    private mutating func write(_ segments: [Segment]) -> String {
        let actions = pipe.write(segments)
        return "\(actions.producer)" + (actions.wakesReader ? ", wake" : "")
    }

    private mutating func look() -> String { "\(pipe.queueIsEmpty())" }

    private mutating func start() { #expect(look() == "startProducer") }

    @Test mutating func `starts the producer once, when the connection first reads`() {
        #expect(look() == "startProducer" && look() == "wait" && look() == "wait")
    }

    @Test mutating func `sends what was written, slice by slice`() {
        start()
        #expect(write(bytes(5) + bytes(3)) == "proceed")
        #expect(pipe.front(atMost: 4)?.count == 4 && pipe.advance(4) == nil)
        #expect(pipe.front(atMost: 4)?.count == 1 && pipe.front(atMost: 4)?.offset == 4 && pipe.advance(1) == nil)
        #expect(pipe.front(atMost: 4)?.count == 3 && pipe.advance(3) == nil)
        #expect(pipe.front(atMost: 4) == nil && look() == "wait")
    }

    @Test mutating func `wakes the connection once, and only if it waits`() {
        start()
        #expect(write(bytes(1)) == "proceed")
        #expect(look() == "readAgain")
        _ = pipe.advance(1)
        #expect(look() == "wait")
        #expect(write(bytes(1)) == "proceed, wake" && write(bytes(1)) == "proceed")
    }

    @Test mutating func `empty segments do not wake the connection`() {
        start()
        #expect(look() == "wait" && write(bytes(0)) == "proceed" && write(bytes(1)) == "proceed, wake")
    }

    @Test mutating func `makes the producer wait for room`() {
        start()
        #expect(write(bytes(256 << 10)) == "wait" && pipe.waitForRoom("w"))
        #expect(pipe.advance(1) == nil)
        #expect(pipe.advance(256 << 10 - 1) == "w")
        #expect(write(bytes(1)) == "proceed" && pipe.advance(1) == nil)
    }

    @Test mutating func `a producer need not wait if there is room by then`() {
        start()
        #expect(write(bytes(256 << 10)) == "wait")
        _ = pipe.advance(256 << 10)
        #expect(pipe.waitForRoom("w") == false)
        #expect(write(bytes(256 << 10)) == "wait" && pipe.close() == nil && !pipe.waitForRoom("w"))
    }

    @Test mutating func `holds few segments, each of which may be an open file`() {
        start()
        for _ in 0..<31 { #expect(write(bytes(1)) == "proceed") }
        #expect(write(bytes(1)) == "wait")
    }

    @Test(arguments: [(hasFailed: false, outcome: "end"), (true, "fail")])
    mutating func `written segments are sent before the end`(hasFailed: Bool, outcome: String) {
        start()
        _ = write(bytes(2))
        let isWoken = pipe.finish(hasFailed: hasFailed)
        #expect(!isWoken)
        #expect(look() == "readAgain" && pipe.front(atMost: 9)?.count == 2)
        _ = pipe.advance(2)
        #expect(look() == outcome && look() == outcome)
        #expect(write(bytes(1)) == "stop")
    }

    @Test(arguments: [false, true])
    mutating func `the end wakes a connection that waits, once`(hasFailed: Bool) {
        start()
        #expect(look() == "wait")
        let wakes = [pipe.finish(hasFailed: hasFailed), pipe.finish(hasFailed: hasFailed)]
        #expect(wakes == [true, false])
    }

    @Test mutating func `the first end counts`() {
        start()
        _ = pipe.finish(hasFailed: true)
        _ = pipe.finish(hasFailed: false)
        #expect(look() == "fail")
    }

    @Test mutating func `stops the producer when the connection is closed`() {
        start()
        #expect(write(bytes(256 << 10)) == "wait" && pipe.waitForRoom("w") && !pipe.isClosed)
        #expect(pipe.close() == "w" && pipe.close() == nil && pipe.isClosed)
        #expect(pipe.front(atMost: 9) == nil && look() == "fail")
        #expect(write(bytes(1)) == "stop" && !pipe.finish(hasFailed: false) && pipe.isClosed)
    }

    @Test mutating func `nothing is produced for a connection that never reads`() {
        #expect(write(bytes(1)) == "stop" && !pipe.finish(hasFailed: false))
        #expect(look() == "startProducer")
    }
}
