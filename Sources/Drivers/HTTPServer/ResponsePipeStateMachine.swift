internal import SystemIO

/// The state of a `ResponsePipe`, without locks, tasks and files.
///
/// One producer writes; the connection, on its thread, reads. Every event is a mutating function that returns what its
/// caller has to do. `Writer` is whatever the caller uses to resume a producer that waits for room.
struct ResponsePipeStateMachine<Writer> {
    private enum Phase {
        /// Nobody has read yet, and so nothing is produced.
        case idle
        case producing
        /// Everything was produced. What is in the queue is still to be sent.
        case ended
        /// The producer failed. What is in the queue is still to be sent.
        case failed
        /// Nobody reads any more.
        case closed
    }

    private var phase = Phase.idle
    private var queue = SegmentQueue()
    /// Whether the connection has found the queue empty, and has to be told of the next segment.
    private var isReaderWaiting = false
    private var writer: Writer?

    // MARK: Events on the connection's thread

    /// The bytes to send next, as far as they are in one segment; nil if the queue is empty.
    func front(atMost room: Int) -> SegmentQueue.Slice? { queue.front(atMost: room) }

    /// Bytes of the first segment have been copied. Returns the writer to resume, if there is room for more.
    mutating func advance(_ count: Int) -> Writer? {
        queue.advance(count)
        return queue.isFull ? nil : takeWriter()
    }

    enum EmptyAction {
        case startProducer
        /// Segments came after the queue was found empty: read them.
        case readAgain
        /// Suspend the connection. The next event of the producer says that it is to be resumed.
        case wait
        case end
        case fail
    }

    /// The connection has found the queue empty, and has nothing to send.
    mutating func queueIsEmpty() -> EmptyAction {
        guard queue.isEmpty else { return .readAgain }
        switch phase {
        case .idle:
            phase = .producing
            return .startProducer
        case .producing:
            isReaderWaiting = true
            return .wait
        case .ended: return .end
        case .failed, .closed: return .fail
        }
    }

    /// Nobody reads any more. Returns the writer to resume.
    mutating func close() -> Writer? {
        phase = .closed
        queue = SegmentQueue()
        return takeWriter()
    }

    // MARK: Events of the producer

    var isClosed: Bool { if case .closed = phase { true } else { false } }

    struct WriteActions {
        /// What the producer does next.
        let producer: ProducerAction
        /// Whether the connection waits for what was written.
        let wakesReader: Bool
    }

    enum ProducerAction {
        case proceed
        /// The queue is full: call `waitForRoom`.
        case wait
        case stop
    }

    mutating func write(_ segments: [Segment]) -> WriteActions {
        guard case .producing = phase else { return WriteActions(producer: .stop, wakesReader: false) }
        queue.append(segments)
        return WriteActions(
            producer: queue.isFull ? .wait : .proceed, wakesReader: !queue.isEmpty && takeReaderWaiting())
    }

    /// Keeps the writer until there is room. False if it need not wait, and is not kept.
    mutating func waitForRoom(_ writer: Writer) -> Bool {
        guard case .producing = phase, queue.isFull else { return false }
        self.writer = writer
        return true
    }

    /// Nothing more comes. Returns whether the connection is to be woken.
    mutating func finish(hasFailed: Bool) -> Bool {
        guard case .producing = phase else { return false }
        phase = hasFailed ? .failed : .ended
        return takeReaderWaiting()
    }

    private mutating func takeReaderWaiting() -> Bool {
        defer { isReaderWaiting = false }
        return isReaderWaiting
    }

    private mutating func takeWriter() -> Writer? {
        defer { writer = nil }
        return writer
    }
}
