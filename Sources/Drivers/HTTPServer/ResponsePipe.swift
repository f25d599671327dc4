internal import Glibc
internal import Runtime
internal import SystemIO

/// A response's body that is made while it is sent: a bounded queue between a task and the connection's thread.
///
/// The task brings segments; the thread copies bytes from them, and reads files just when they are to be sent.
final class ResponsePipe: Sendable {
    enum ReadOutcome {
        case bytes(Int)
        /// Nothing is there yet: the connection has been suspended.
        case waiting
        case end
        case failed
    }

    private struct State {
        var queue = SegmentQueue()
        var hasEnded = false
        var hasFailed = false
        var hasStarted = false
        var producer: Task<Void, Never>?
        var writer: CheckedContinuation<Void, Never>?
    }

    private let segments: SegmentStream
    private let exchange: Exchange
    private let state = Locked(State())

    init(segments: SegmentStream, exchange: Exchange) {
        self.segments = segments
        self.exchange = exchange
    }

    /// Fills the buffer with what there is. On the connection's thread, which alone takes from the queue.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadOutcome {
        startOnce()
        while true {
            guard let filled = fill(buffer) else { return .failed }
            if filled > 0 { return .bytes(filled) }
            if let outcome = wait() { return outcome }
        }
    }

    /// Copies what the queue has, and says how much; nil where a file cannot be read.
    private func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int? {
        var filled = 0
        while filled < buffer.count, let slice = state.withLock({ $0.queue.front(atMost: buffer.count - filled) }) {
            // Without the lock: a file may have to come from the disk.
            guard Self.copy(slice, into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])) else {
                state.withLock { $0.hasFailed = true }
                return nil
            }
            filled += slice.count
            let writer = state.withLock { state in
                state.queue.advance(slice.count)
                return state.queue.isFull ? nil : Self.takeWriter(&state)
            }
            writer?.resume()
        }
        return filled
    }

    /// Nobody reads any more.
    func close() {
        let (producer, writer) = state.withLock { state in
            state.hasFailed = true
            state.queue = SegmentQueue()
            return (state.producer, Self.takeWriter(&state))
        }
        producer?.cancel()
        writer?.resume()
    }

    private static func takeWriter(_ state: inout State) -> CheckedContinuation<Void, Never>? {
        defer { state.writer = nil }
        return state.writer
    }

    /// False where a file has fewer bytes than it had: what has been promised cannot be kept.
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

    /// Suspends the connection until there is more; nil where something has come just now.
    private func wait() -> ReadOutcome? {
        state.withLock { state in
            if state.hasFailed { return .failed }
            if !state.queue.isEmpty { return nil }
            if state.hasEnded { return .end }
            // Within this lock, so that no segment can come between the look and the suspension.
            let isAborted = exchange.state.withLock { exchangeState in
                if !exchangeState.isAborted { exchange.suspend(&exchangeState) }
                return exchangeState.isAborted
            }
            return isAborted ? .failed : .waiting
        }
    }

    private func startOnce() {
        let isFirst = state.withLock { state in
            defer { state.hasStarted = true }
            return !state.hasStarted
        }
        guard isFirst else { return }
        let task = Task { await produce() }
        let isOver = state.withLock { state in
            state.producer = task
            return state.hasFailed
        }
        if isOver { task.cancel() }
    }

    private func produce() async {
        var failed = false
        do {
            while let next = try await segments.next() {
                guard await write(next) else { break }
            }
        } catch { failed = true }  // The status line is long gone: the cut-off body tells the client.
        state.withLock { state in
            state.hasEnded = true
            state.hasFailed = state.hasFailed || failed
        }
        exchange.wake()
    }

    /// Adds segments, and waits while the queue is full; false where nobody reads any more.
    private func write(_ segments: [Segment]) async -> Bool {
        let isOpen = state.withLock { state in
            if !state.hasFailed { state.queue.append(segments) }
            return !state.hasFailed
        }
        exchange.wake()
        guard isOpen else { return false }
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let goesOn = state.withLock { state in
                if !state.queue.isFull || state.hasFailed { return true }
                state.writer = continuation
                return false
            }
            if goesOn { continuation.resume() }
        }
        return state.withLock { !$0.hasFailed }
    }
}
