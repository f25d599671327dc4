public import PasswordHashing
internal import Runtime

/// Passwords as they are hashed and compared, with the rules that hold for them.
public final class Passwords: Sendable {
    private let workers: PasswordWorkers
    /// What an unknown account's password is compared with, so that the answer takes as long as for a known one.
    private let decoy: Locked<String?> = Locked(nil)

    public init(workers: PasswordWorkers) { self.workers = workers }

    /// - Throws: `ServiceError` with `invalid` where the password is too short or too long.
    public func hash(_ password: String) async throws -> String {
        try AccountRules.check(password: password)
        return try await workers.hash(password)
    }

    /// Whether the password is the one of the hash; false where there is no hash, after the same time.
    func matches(_ password: String, hash: String?) async throws -> Bool {
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
