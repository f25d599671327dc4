/// The counts of a run so far.
public struct Tally: Sendable, Hashable {
    public internal(set) var sent = 0, duplicates = 0, there = 0, skipped = 0, refused = 0, unreadable = 0
    public internal(set) var fetched = 0, kept = 0, missing = 0, deleted = 0
    /// Bytes of uploaded or downloaded images.
    public internal(set) var bytes: Int64 = 0
    /// Reasons of refusals, with their counts: at most 20 different ones.
    public internal(set) var reasons: [String: Int] = [:]

    public init() {}

    /// Whether everything has succeeded.
    public var isComplete: Bool { refused == 0 && unreadable == 0 }

    /// The number of finished files, whatever their outcome.
    public var finished: Int {
        sent + duplicates + there + skipped + refused + unreadable + fetched + kept + missing + deleted
    }

    mutating func add(_ outcome: Outcome, bytes: Int64) {
        switch outcome {
        case .sent: sent += 1
        case .duplicate: duplicates += 1
        case .there: there += 1
        case .fetched: fetched += 1
        case .kept: kept += 1
        case .skipped: skipped += 1
        case .refused: refused += 1
        case .unreadable: unreadable += 1
        case .missing: missing += 1
        case .deleted: deleted += 1
        }
        switch outcome {
        case .sent, .duplicate, .fetched: self.bytes += bytes
        default: break
        }
        guard outcome.isFailure, let reason = outcome.reason else { return }
        if reasons[reason] != nil || reasons.count < 20 { reasons[reason, default: 0] += 1 }
    }
}
