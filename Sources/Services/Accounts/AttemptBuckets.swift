public import Domain
internal import Runtime

/// Counts attempts by name: each fills a bucket that leaks, and one that would overflow has to wait.
final class AttemptBuckets: Sendable {
    /// How many attempts a bucket holds, and how many seconds one takes to leak.
    struct Rate: Sendable {
        let capacity: Double
        let leakSeconds: Double
    }

    private struct Bucket {
        var level: Double
        var time: Timestamp
        /// When it is empty.
        var empty: Timestamp
    }

    /// Above this number, empty buckets are removed, and then the emptiest half.
    private static let maximumBuckets = 20_000

    private let buckets = Locked<[String: Bucket]>([:])

    /// The whole seconds until a bucket has room for one more; nil if it has.
    func delay(_ name: String, _ rate: Rate, now: Timestamp) -> Int? {
        let excess = level(name, rate, now: now) + 1 - rate.capacity
        // What is due within a millisecond is due: levels are sums of fractions.
        let seconds = (excess * rate.leakSeconds - 0.001).rounded(.up)
        return seconds > 0 ? Int(seconds) : nil
    }

    /// How much is in a bucket.
    func level(_ name: String, _ rate: Rate, now: Timestamp) -> Double {
        buckets.withLock { Self.level($0[name], rate, now) }
    }

    func add(_ name: String, _ rate: Rate, now: Timestamp) {
        buckets.withLock { buckets in
            let level = Self.level(buckets[name], rate, now) + 1
            buckets[name] = Bucket(level: level, time: now, empty: now.advanced(bySeconds: level * rate.leakSeconds))
            if buckets.count > Self.maximumBuckets { buckets = buckets.filter { now < $0.value.empty } }
            if buckets.count > Self.maximumBuckets {
                let fullest = buckets.sorted { $0.value.level > $1.value.level }.prefix(Self.maximumBuckets / 2)
                buckets = Dictionary(uniqueKeysWithValues: fullest.map { ($0.key, $0.value) })
            }
        }
    }

    func empty(_ name: String) { buckets.withLock { $0[name] = nil } }

    private static func level(_ bucket: Bucket?, _ rate: Rate, _ now: Timestamp) -> Double {
        guard let bucket else { return 0 }
        let seconds = Double(now.microseconds - bucket.time.microseconds) / 1_000_000
        return max(0, bucket.level - seconds / rate.leakSeconds)
    }
}

/// Limits how often one client may do something.
public final class AttemptLimit: Sendable {
    private let buckets = AttemptBuckets()
    private let rate: AttemptBuckets.Rate
    private let noun: String

    /// - Parameters:
    ///   - capacity: how many attempts a client has at once.
    ///   - leakSeconds: after how many seconds it has one more.
    ///   - noun: of the attempts, for the message.
    public init(capacity: Double, leakSeconds: Double, of noun: String) {
        rate = AttemptBuckets.Rate(capacity: capacity, leakSeconds: leakSeconds)
        self.noun = noun
    }

    /// Counts an attempt of a client.
    ///
    /// - Throws: `throttled` if there were too many.
    public func take(_ client: String, now: Timestamp = .now) throws {
        if let seconds = buckets.delay(client, rate, now: now) {
            throw ServiceError(
                .throttled(seconds: seconds), "There were too many \(noun) from your address: wait \(seconds) seconds.")
        }
        buckets.add(client, rate, now: now)
    }
}
