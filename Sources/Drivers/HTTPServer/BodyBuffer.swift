internal import HTTPTypes

/// The part of a request's body that has arrived and is not read yet, and the reader that waits for more.
///
/// It is bounded: when it is full, the connection is suspended until the handler reads. It is a part of
/// `ExchangeStateMachine`, and pure like it; a reader is whatever the caller uses to resume one.
struct BodyBuffer<Reader> {
    /// The reader to resume, and the result of its read: bytes, nil at the end of the body, or an error.
    struct Delivery {
        let reader: Reader
        let result: Result<[UInt8]?, any Error>
    }

    enum AppendOutcome {
        /// The buffer has room for more. If a reader was waiting, it gets the bytes.
        case accepted(Delivery?)
        /// The bytes were taken, but no more should arrive until the handler has read.
        case full
        /// More bytes were dropped than the limit allows.
        case drainLimitExceeded
    }

    /// What happens to the bytes that arrive.
    private enum Intake {
        case kept
        case dropped(count: Int64)
        case ended
    }

    /// A body, or the rest of one, of at most this many bytes is read and dropped, rather than refused.
    private static var smallByteCount: Int64 { 1 << 20 }

    /// The length from the head; nil if the body is chunked, 0 if there is none.
    let statedLength: Int64?
    /// Whether the client waits for `100 Continue` before it sends the body.
    let isExpectingContinue: Bool
    private(set) var receivedCount: Int64 = 0
    private var intake = Intake.kept
    private var bytes: [UInt8] = []
    private var reader: Reader?
    private var failure: (any Error)?

    init(statedLength: Int64?, isExpectingContinue: Bool) {
        (self.statedLength, self.isExpectingContinue) = (statedLength, isExpectingContinue)
    }

    var isPresent: Bool { statedLength.map { $0 > 0 } ?? true }

    /// Whether reading and dropping the whole body is better than closing the connection.
    var isWorthDraining: Bool {
        guard let statedLength, !isExpectingContinue else { return false }
        return statedLength <= Self.smallByteCount
    }

    /// Whether so much of the body is still to come that an answer should not wait for its end.
    var hasLongRest: Bool {
        guard let statedLength else { return true }
        return statedLength - receivedCount > Self.smallByteCount
    }

    /// Whether `100 Continue` may be on its way to the client. It has arrived when the first bytes of the body come.
    var isContinuePending: Bool { isExpectingContinue && receivedCount == 0 }

    /// Drops the bytes that are here, and those that are to come.
    mutating func discardRest() {
        if case .kept = intake { intake = .dropped(count: 0) }
        bytes = []
    }

    mutating func append(_ piece: UnsafeRawBufferPointer, limits: ServerLimits) -> AppendOutcome {
        receivedCount += Int64(piece.count)
        if case .dropped(let count) = intake {
            let dropped = count + Int64(piece.count)
            intake = .dropped(count: dropped)
            return dropped > limits.drainBytes ? .drainLimitExceeded : .accepted(nil)
        }
        guard receivedCount <= limits.bodyBytes else {
            intake = .dropped(count: 0)
            return .accepted(fail(HTTPRefusal.bodyTooLarge(limit: limits.bodyBytes)))
        }
        if let reader = takeReader() {
            return .accepted(Delivery(reader: reader, result: .success([UInt8](piece))))
        }
        bytes.append(contentsOf: piece)
        return bytes.count >= limits.bodyBufferBytes ? .full : .accepted(nil)
    }

    /// The whole body has arrived.
    mutating func end() -> Delivery? {
        intake = .ended
        return takeReader().map { Delivery(reader: $0, result: .success(nil)) }
    }

    /// Makes this read and all later ones fail. The first error counts.
    mutating func fail(_ error: any Error) -> Delivery? {
        failure = failure ?? error
        bytes = []
        return takeReader().map { Delivery(reader: $0, result: .failure(error)) }
    }

    /// Makes the read fail that waits, if one does: the request is over, and the phase refuses later reads.
    mutating func cancelReader() -> Delivery? { reader == nil ? nil : fail(CancellationError()) }

    /// Hands over what there is; nil if the reader has to wait.
    mutating func read(_ reader: Reader) -> Delivery? {
        if let failure { return Delivery(reader: reader, result: .failure(failure)) }
        if !bytes.isEmpty {
            defer { bytes = [] }
            return Delivery(reader: reader, result: .success(bytes))
        }
        if case .ended = intake { return Delivery(reader: reader, result: .success(nil)) }
        self.reader = reader
        return nil
    }

    /// The waiting reader, which then waits no more.
    private mutating func takeReader() -> Reader? {
        defer { reader = nil }
        return reader
    }
}
