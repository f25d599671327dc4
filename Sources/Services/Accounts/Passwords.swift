internal import Runtime
internal import Sodium

/// Hashes and compares passwords, one at a time, behind everything else that the machine has to do.
///
/// One hash takes 64 MiB and a tenth of a second: many at once would starve the requests that are quick.
public final class Passwords: Sendable {
    private let pool: BlockingPool<Void>
    /// What an unknown account's password is compared with, so that the answer takes as long as for a known one.
    private let decoy: Locked<String?> = Locked(nil)

    /// - Parameter queue: how many may wait.
    public init(queue: Int = 512) {
        pool = BlockingPool(name: "passwords", threads: 1, queue: queue, niceness: 15)
    }

    func hash(_ password: String) async throws -> String {
        try AccountRules.check(password: password)
        return try await pool.run { try PasswordHash.make(of: password) }
    }

    /// Whether the password is the one of the hash; false where there is no hash, after the same time.
    func matches(_ password: String, hash: String?) async throws -> Bool {
        guard password.utf8.count <= AccountRules.passwordBytes.upperBound else { return false }
        return try await pool.run { [decoy] in
            if let hash { return try PasswordHash.matches(password, hash: hash) }
            let other = try decoy.withLock { $0 } ?? PasswordHash.make(of: "decoy")
            decoy.withLock { $0 = other }
            _ = try PasswordHash.matches(password, hash: other)
            return false
        }
    }

    func isOutdated(_ hash: String) -> Bool { PasswordHash.isOutdated(hash) }

    public func close() async { await pool.close() }
}
