internal import Runtime
internal import SystemIO

/// A response's body that is made while it is sent: a bounded queue between a task and the connection's thread.
///
/// The task adds segments. The thread copies bytes from them, and reads files only when they are to be sent.
///
/// `ResponsePipeStateMachine` decides what happens. No segment can come unseen between the look at the queue and the
/// suspension: once the connection has found the queue empty, the task's next event calls `Exchange.segmentsAvailable`,
/// and if that comes before the suspension, the exchange does not suspend.
final class ResponsePipe: Sendable {
    private typealias Machine = ResponsePipeStateMachine<CheckedContinuation<Void, Never>>

    enum ReadOutcome {
        case bytes(Int)
        /// Nothing is there yet: the connection was suspended.
        case waiting
        case end
        case failed
    }

    private struct State {
        var machine = Machine()
        var producer: Task<Void, Never>?
    }

    private let segments: SegmentStream
    private let exchange: Exchange
    private let state = Locked(State())

    init(segments: SegmentStream, exchange: Exchange) {
        self.segments = segments
        self.exchange = exchange
    }

    // MARK: On the connection's thread

    /// Fills the buffer with what there is.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadOutcome {
        while true {
            guard let filled = fill(buffer) else { return .failed }
            if filled > 0 {
                segments.onTaken?(filled)
                return .bytes(filled)
            }
            switch state.withLock({ $0.machine.queueIsEmpty() }) {
            case .startProducer: startProducer()
            case .readAgain: break
            case .end: return .end
            case .fail: return .failed
            case .wait:
                switch exchange.awaitSegments() {
                case .suspend: return .waiting
                case .lookAgain: break
                case .closed: return .failed
                }
            }
        }
    }

    /// Copies what the queue has and returns its length; nil if a file cannot be read.
    private func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int? {
        var filled = 0
        while filled < buffer.count,
            let slice = state.withLock({ $0.machine.front(atMost: buffer.count - filled) })
        {
            // Without the lock: a file may have to come from the disk. Only this thread takes from the queue.
            guard Self.copy(slice, into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])) else {
                close()
                return nil
            }
            filled += slice.count
            state.withLock { $0.machine.advance(slice.count) }?.resume()
        }
        return filled
    }

    /// False if a file has become shorter: the response cannot have the length that was promised.
    private static func copy(_ slice: SegmentQueue.Slice, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer[..<slice.count])
        switch slice.segment {
        case .bytes(let bytes):
            let start = Int(slice.offset)
            bytes.withUnsafeBytes { room.copyMemory(from: .init(rebasing: $0[start..<start + slice.count])) }
            return true
        case .file(let file):
            return (try? file.file.read(at: file.offset + slice.offset, into: room)) == slice.count
        }
    }

    private func startProducer() {
        let task = Task { await produce() }
        state.withLock { $0.producer = task }
    }

    /// Nobody reads any more.
    func close() {
        let (writer, producer) = state.withLock { state in (state.machine.close(), state.producer) }
        producer?.cancel()
        writer?.resume()
    }

    // MARK: In the producer's task

    private func produce() async {
        var hasFailed = false
        do {
            while let next = try await segments.next(), await write(next) {}
        } catch { hasFailed = true }  // The status line was sent long ago: the client sees that the body is cut off.
        if state.withLock({ $0.machine.finish(hasFailed: hasFailed) }) { exchange.segmentsAvailable() }
    }

    /// Adds segments, and waits while the queue is full; false if nobody reads any more.
    private func write(_ segments: [Segment]) async -> Bool {
        let actions = state.withLock { $0.machine.write(segments) }
        if actions.wakesReader { exchange.segmentsAvailable() }
        switch actions.producer {
        case .proceed: return true
        case .stop: return false
        case .wait:
            await withCheckedContinuation { writer in
                if !state.withLock({ $0.machine.waitForRoom(writer) }) { writer.resume() }
            }
            return !state.withLock(\.machine.isClosed)
        }
    }
}
