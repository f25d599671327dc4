internal import Domain
internal import Runtime

/// The viewers of recent credentials, kept for two seconds. A change by another process (`tintype accounts disable`)
/// counts after that; a change by this process counts at once.
public final class ViewerCache: Sendable {
    private struct Entry: Sendable {
        let viewer: Viewer
        let until: Timestamp
    }

    private static let seconds = 2.0

    private let viewers = BoundedCache<String, Entry>(capacity: 8192)
    private let openAccess = Locked(OpenAccess())

    private struct OpenAccess: Sendable {
        var hasAccounts = false
        var until = Timestamp(microseconds: 0)
    }

    public init() {}

    subscript(credential: String, now: Timestamp) -> Viewer? {
        viewers[credential].flatMap { $0.until > now ? $0.viewer : nil }
    }

    /// Read it before the viewer is looked up, and pass it to `insert`.
    var generation: UInt64 { viewers.generation }

    /// - Parameter expires: when the credential expires, if it does.
    func insert(_ viewer: Viewer, for credential: String, expires: Timestamp?, now: Timestamp, since generation: UInt64)
    {
        let until = min(now.advanced(bySeconds: Self.seconds), expires ?? Timestamp(microseconds: .max))
        viewers.insert(Entry(viewer: viewer, until: until), for: credential, since: generation)
    }

    /// Forgets all viewers, because accounts or their rights have changed.
    func forgetAll() { viewers.remove { _, _ in true } }

    /// Notes that there is an account: from now on the policy may require one.
    func noteAccount() { openAccess.withLock { $0.hasAccounts = true } }

    /// Whether there are accounts: looked up once a second until there are, and then never again.
    func hasAccounts(lookUp: () async throws -> Bool) async throws -> Bool {
        let now = Timestamp.now
        let last = openAccess.withLock { $0 }
        if last.hasAccounts || last.until > now { return last.hasAccounts }
        let found = try await lookUp()
        return openAccess.withLock { openAccess in
            openAccess.hasAccounts = openAccess.hasAccounts || found
            openAccess.until = now.advanced(bySeconds: 1)
            return openAccess.hasAccounts
        }
    }
}
