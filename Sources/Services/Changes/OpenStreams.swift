internal import Domain
internal import Runtime

/// Counts the streams that each account has open.
final class OpenStreams: Sendable {
    private let counts = Locked<[AccountID?: Int]>([:])

    /// Nil if the account has as many as it may.
    func reserve(_ account: AccountID?, limit: Int) -> StreamReservation? {
        let isFree = counts.withLock { counts in
            guard counts[account, default: 0] < limit else { return false }
            counts[account, default: 0] += 1
            return true
        }
        return isFree ? StreamReservation { [self] in release(account) } : nil
    }

    private func release(_ account: AccountID?) {
        counts.withLock { counts in
            let left = counts[account, default: 1] - 1
            counts[account] = left == 0 ? nil : left
        }
    }
}

/// One of the streams that an account may have open, until it is released with its last reference.
public final class StreamReservation: Sendable {
    private let release: @Sendable () -> Void

    init(_ release: @escaping @Sendable () -> Void) { self.release = release }

    deinit { release() }
}
