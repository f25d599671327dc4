internal import Domain
internal import Runtime

/// Slows down guesses of passwords, by account and by address, whether or not the account exists.
///
/// Each failure fills a bucket that leaks; if one would overflow, the next attempt has to wait. Only failures count.
final class LoginThrottle: Sendable {
    /// How many failures a bucket holds, and how many seconds one takes to leak.
    struct Rate {
        let capacity: Double
        let leakSeconds: Double
    }

    private struct Bucket {
        var level: Double
        var time: Timestamp
    }

    /// For a person who mistypes, for one address that tries many accounts, and for many addresses that try one
    /// account.
    private static let pair = Rate(capacity: 6, leakSeconds: 30)
    private static let address = Rate(capacity: 40, leakSeconds: 15)
    private static let account = Rate(capacity: 100, leakSeconds: 10)
    /// Above this number, empty buckets are removed, and then the emptiest half.
    private static let maximumBuckets = 20_000

    private let buckets = Locked<[String: Bucket]>([:])

    /// The seconds to wait before the next attempt; nil if it may be made now.
    func delay(handle: String, address: String, now: Timestamp = .now) -> Int? {
        buckets.withLock { buckets in
            Self.keys(handle, address).compactMap { key, rate -> Double? in
                let level = Self.level(buckets[key], rate, now)
                return level + 1 > rate.capacity ? (level + 1 - rate.capacity) * rate.leakSeconds : nil
            }.max().map { Int($0.rounded(.up)) }
        }
    }

    func noteFailure(handle: String, address: String, now: Timestamp = .now) {
        buckets.withLock { buckets in
            for (key, rate) in Self.keys(handle, address) {
                buckets[key] = Bucket(level: Self.level(buckets[key], rate, now) + 1, time: now)
            }
            if buckets.count > Self.maximumBuckets {
                let longest = Self.account.capacity * Self.account.leakSeconds
                buckets = buckets.filter { now < $0.value.time.advanced(bySeconds: longest) }
            }
            if buckets.count > Self.maximumBuckets {
                let fullest = buckets.sorted { $0.value.level > $1.value.level }.prefix(Self.maximumBuckets / 2)
                buckets = Dictionary(uniqueKeysWithValues: fullest.map { ($0.key, $0.value) })
            }
        }
    }

    /// The password was right: earlier failures of this address for this account are forgotten.
    func noteSuccess(handle: String, address: String) {
        buckets.withLock { $0[Self.pairKey(handle, address)] = nil }
    }

    private static func keys(_ handle: String, _ address: String) -> [(String, Rate)] {
        [(pairKey(handle, address), pair), ("address \(address)", Self.address), ("account \(handle)", account)]
    }

    private static func pairKey(_ handle: String, _ address: String) -> String { "pair \(address) \(handle)" }

    private static func level(_ bucket: Bucket?, _ rate: Rate, _ now: Timestamp) -> Double {
        guard let bucket else { return 0 }
        let seconds = Double(now.microseconds - bucket.time.microseconds) / 1_000_000
        return max(0, bucket.level - seconds / rate.leakSeconds)
    }
}
