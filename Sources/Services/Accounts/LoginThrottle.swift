internal import Domain

/// Slows down guesses of passwords, by account and by address, whether or not the account exists.
///
/// Only failures count. A device that has logged in to the account before has a bucket of its own, and an address that
/// has never failed for the account may try once, however many others fail: nobody can keep an owner out for ever.
final class LoginThrottle: Sendable {
    /// Who makes an attempt.
    struct Attempt: Sendable {
        /// The handle, in lower case.
        let handle: String
        /// The address, or its network.
        let address: String
        /// A device that has logged in to the account before; nil if it has not.
        var device: String?
    }

    /// For a person who mistypes, for one address that tries many accounts, and for many addresses that try one
    /// account.
    private static let person = AttemptBuckets.Rate(capacity: 6, leakSeconds: 30)
    private static let address = AttemptBuckets.Rate(capacity: 40, leakSeconds: 15)
    private static let account = AttemptBuckets.Rate(capacity: 100, leakSeconds: 10)

    private let buckets = AttemptBuckets()

    /// The seconds to wait before the attempt; nil if it may be made now.
    func delay(_ attempt: Attempt, now: Timestamp = .now) -> Int? {
        var delays: [Int?]
        if let device = Self.device(attempt) {
            delays = [buckets.delay(device, Self.person, now: now)]
        } else {
            let pair = Self.pair(attempt)
            delays = [
                buckets.delay(pair, Self.person, now: now),
                buckets.delay("address \(attempt.address)", Self.address, now: now),
            ]
            if buckets.level(pair, Self.person, now: now) > 0 {
                delays.append(buckets.delay("account \(attempt.handle)", Self.account, now: now))
            }
        }
        return delays.compactMap { $0 }.max()
    }

    func noteFailure(_ attempt: Attempt, now: Timestamp = .now) {
        if let device = Self.device(attempt) { return buckets.add(device, Self.person, now: now) }
        buckets.add(Self.pair(attempt), Self.person, now: now)
        buckets.add("address \(attempt.address)", Self.address, now: now)
        buckets.add("account \(attempt.handle)", Self.account, now: now)
    }

    /// The password was right: earlier failures of this address or device for this account are forgotten.
    func noteSuccess(_ attempt: Attempt) { buckets.empty(Self.device(attempt) ?? Self.pair(attempt)) }

    private static func pair(_ attempt: Attempt) -> String { "pair \(attempt.address) \(attempt.handle)" }

    private static func device(_ attempt: Attempt) -> String? {
        attempt.device.map { "device \($0) \(attempt.handle)" }
    }
}
