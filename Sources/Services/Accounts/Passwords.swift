public import PasswordHashing
internal import Runtime

/// Hashes and compares passwords, checks their rules, and slows down guesses.
public final class Passwords: Sendable {
    private let workers: PasswordWorkers
    /// The hash that the password of an unknown account is compared with, so that the answer takes as long as for a
    /// known one.
    private let decoy: Locked<String?> = Locked(nil)
    private let throttle = LoginThrottle()
    private let attempts = KeyedLock<String>()

    public init(workers: PasswordWorkers) { self.workers = workers }

    /// - Throws: `ServiceError` with `invalid` if the password is too short, too long or too common.
    public func hash(_ password: String) async throws -> String {
        try AccountRules.check(password: password)
        return try await workers.hash(password)
    }

    /// Hashes the password of a share, which may be shorter than that of an account: the address is a secret, too.
    ///
    /// - Throws: `ServiceError` with `invalid` if the password is too short or too long.
    func hash(ofShare password: String) async throws -> String {
        try AccountRules.check(passwordOfShare: password)
        return try await workers.hash(password)
    }

    /// Whether a password is that of a handle. Attempts for one handle are made one at a time, so that many at once
    /// cannot bypass the throttle.
    ///
    /// - Parameters:
    ///   - address: the address that the attempt comes from.
    ///   - device: the device that it comes from, if that has logged in to the account before.
    ///   - hash: of the account's password; nil if there is no such account.
    /// - Throws: `throttled` after too many failures.
    func proves(
        _ password: String, of handle: String, from address: String, device: String? = nil, hash: String?
    ) async throws -> Bool {
        let key = String(handle.lowercased().prefix(100))
        let attempt = LoginThrottle.Attempt(handle: key, address: address, device: device)
        // A known device does not wait for the attempts of others.
        return try await attempts.withLock(device.map { "\(key) \($0)" } ?? key) {
            if let seconds = throttle.delay(attempt) {
                throw ServiceError(
                    .throttled(seconds: seconds), "There were too many wrong passwords: wait \(seconds) seconds.")
            }
            guard try await matches(password, hash: hash) else {
                throttle.noteFailure(attempt)
                return false
            }
            throttle.noteSuccess(attempt)
            return true
        }
    }

    /// Whether the password matches the hash. Without a hash the answer is false, after the same time.
    private func matches(_ password: String, hash: String?) async throws -> Bool {
        guard password.utf8.count <= AccountRules.passwordBytes.upperBound else { return false }
        if let hash { return try await workers.matches(password, hash: hash) }
        if decoy.withLock({ $0 }) == nil {
            let made = try await workers.hash("a password that nobody has")
            decoy.withLock { $0 = made }
        }
        if let other = decoy.withLock({ $0 }) { _ = try await workers.matches(password, hash: other) }
        return false
    }

    func isOutdated(_ hash: String) -> Bool { PasswordWorkers.isOutdated(hash) }

    public func close() async { await workers.close() }
}
