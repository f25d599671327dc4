internal import HTTPTypes

/// The part of a request's body that has come and is not read yet: a bounded buffer, and who waits for it.
struct BodyBuffer {
    /// Resumes a waiting reader; to be called without the lock.
    typealias Wake = @Sendable () -> Void
    typealias Reader = CheckedContinuation<[UInt8]?, any Error>

    enum Outcome {
        case room(Wake?)
        /// The bytes were taken, but no more should come before the reader has read.
        case full
        /// More comes than anybody will read.
        case hopeless
    }

    private(set) var received: Int64 = 0
    /// Whether the handler has begun to read.
    private(set) var isWanted = false
    private(set) var hasEnded = false
    /// Bytes that the head states; nil where the body is chunked.
    var stated: Int64?
    /// Whether the client waits for `100 Continue`.
    var isExpectingContinue = false
    private var bytes: [UInt8] = []
    private var reader: Reader?
    private var failure: (any Error)?
    private var isDiscarding = false
    private var discarded: Int64 = 0

    /// Whether a body that nobody wants is better read and dropped than answered with a closed connection.
    var isWorthDraining: Bool {
        guard let stated, !isExpectingContinue else { return false }
        return stated <= 1 << 20
    }

    /// Whether so much of the body is still to come that an answer should not wait for its end.
    var hasLongRest: Bool {
        guard !hasEnded else { return false }
        guard let stated else { return true }
        return stated - received > 1 << 20
    }

    mutating func discardRest() {
        isDiscarding = true
        bytes = []
    }

    mutating func append(_ piece: UnsafeRawBufferPointer, limits: ServerLimits) -> Outcome {
        received += Int64(piece.count)
        if isDiscarding {
            discarded += Int64(piece.count)
            return discarded > limits.drainBytes ? .hopeless : .room(nil)
        }
        guard received <= limits.bodyBytes else {
            isDiscarding = true
            return .room(fail(HTTPRefusal.bodyTooLarge(limit: limits.bodyBytes)))
        }
        if let reader {
            self.reader = nil
            let piece = [UInt8](piece)
            return .room { reader.resume(returning: piece) }
        }
        bytes.append(contentsOf: piece)
        return bytes.count >= limits.bodyBufferBytes ? .full : .room(nil)
    }

    mutating func end() -> Wake? {
        hasEnded = true
        guard let reader else { return nil }
        self.reader = nil
        return { reader.resume(returning: nil) }
    }

    mutating func fail(_ error: any Error) -> Wake? {
        failure = failure ?? error
        bytes = []
        guard let reader else { return nil }
        self.reader = nil
        return { reader.resume(throwing: error) }
    }

    /// Hands what there is to the reader, or keeps the reader waiting (nil).
    mutating func read(_ continuation: Reader) -> Wake? {
        isWanted = true
        if let failure { return { continuation.resume(throwing: failure) } }
        if !bytes.isEmpty {
            let taken = bytes
            bytes = []
            return { continuation.resume(returning: taken) }
        }
        if hasEnded { return { continuation.resume(returning: nil) } }
        reader = continuation
        return nil
    }
}
