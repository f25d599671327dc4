internal import Glibc
internal import Streams
internal import Runtime

/// A response's body that is made while it is sent: a bounded buffer between a task and the connection's thread.
final class ResponsePipe: Sendable {
    enum ReadOutcome {
        case bytes(Int)
        /// Nothing is there yet: the connection has been suspended.
        case waiting
        case end
        case failed
    }

    private struct State {
        var pieces: [[UInt8]] = []
        var offset = 0
        var buffered = 0
        var hasEnded = false
        var hasFailed = false
        var hasStarted = false
        var producer: Task<Void, Never>?
        var writer: CheckedContinuation<Void, Never>?
    }

    private static let capacity = 256 * 1024

    private let stream: ByteStream
    private let exchange: Exchange
    private let state = Locked(State())

    init(stream: ByteStream, exchange: Exchange) {
        self.stream = stream
        self.exchange = exchange
    }

    /// Fills the buffer with what there is. On the connection's thread.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadOutcome {
        startOnce()
        let (outcome, writer) = state.withLock { state -> (ReadOutcome, CheckedContinuation<Void, Never>?) in
            let count = Self.take(from: &state, into: buffer)
            if count > 0 {
                defer { if state.buffered < Self.capacity { state.writer = nil } }
                return (.bytes(count), state.buffered < Self.capacity ? state.writer : nil)
            }
            if state.hasFailed { return (.failed, nil) }
            if state.hasEnded { return (.end, nil) }
            // Within this lock, so that no piece can come between the look and the suspension.
            let isAborted = exchange.state.withLock { exchangeState in
                if !exchangeState.isAborted { exchange.suspend(&exchangeState) }
                return exchangeState.isAborted
            }
            return (isAborted ? .failed : .waiting, nil)
        }
        writer?.resume()
        return outcome
    }

    /// Nobody reads any more.
    func close() {
        let (producer, writer) = state.withLock { state in
            state.hasFailed = true
            defer { state.writer = nil }
            return (state.producer, state.writer)
        }
        producer?.cancel()
        writer?.resume()
    }

    private static func take(from state: inout State, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var filled = 0
        while filled < buffer.count, let piece = state.pieces.first {
            let count = min(piece.count - state.offset, buffer.count - filled)
            piece.withUnsafeBytes { source in
                let run = UnsafeRawBufferPointer(rebasing: source[state.offset..<state.offset + count])
                UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyMemory(from: run)
            }
            filled += count
            state.offset += count
            if state.offset == piece.count {
                state.pieces.removeFirst()
                state.offset = 0
            }
        }
        state.buffered -= filled
        return filled
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
            while let piece = try await stream.next() {
                guard await write(piece) else { break }
            }
        } catch { failed = true }  // The status line is long gone: the cut-off body tells the client.
        state.withLock { state in
            state.hasEnded = true
            state.hasFailed = state.hasFailed || failed
        }
        exchange.wake()
    }

    /// Adds a piece, and waits while the buffer is full; false where nobody reads any more.
    private func write(_ piece: [UInt8]) async -> Bool {
        guard !piece.isEmpty else { return true }
        let isOpen = state.withLock { state in
            state.pieces.append(piece)
            state.buffered += piece.count
            return !state.hasFailed
        }
        exchange.wake()
        guard isOpen else { return false }
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let goesOn = state.withLock { state in
                if state.buffered < Self.capacity || state.hasFailed { return true }
                state.writer = continuation
                return false
            }
            if goesOn { continuation.resume() }
        }
        return state.withLock { !$0.hasFailed }
    }
}
