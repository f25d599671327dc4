internal import CatalogStorage
internal import Domain
internal import Runtime

/// The viewers of recent credentials, each kept until the catalogue changes: a change of accounts, sessions or tokens
/// counts at once, whichever process makes it.
final class ViewerCache: Sendable {
    private struct Entry: Sendable {
        let viewer: Viewer
        /// The catalogue's version before the viewer was looked up.
        let version: CatalogVersion
        let expires: Timestamp?
    }

    private enum Accounts: Sendable {
        case unknown
        case noneAt(CatalogVersion)
        /// Once there was one, nobody acts as the built-in account any more, even if the last one is removed.
        case some
    }

    private let viewers = BoundedCache<String, Entry>(capacity: 8192)
    private let accounts = Locked(Accounts.unknown)

    /// The viewer of a credential at a version of the catalogue.
    subscript(credential: String, at version: CatalogVersion, now: Timestamp) -> Viewer? {
        guard let entry = viewers[credential], entry.version == version, entry.expires.map({ $0 > now }) ?? true else {
            return nil
        }
        return entry.viewer
    }

    /// - Parameters:
    ///   - version: the catalogue's version before the viewer was looked up.
    ///   - expires: when the credential expires, if it does.
    func insert(_ viewer: Viewer, for credential: String, expires: Timestamp?, at version: CatalogVersion) {
        viewers.insert(
            Entry(viewer: viewer, version: version, expires: expires), for: credential, since: viewers.generation)
    }

    /// Whether there are accounts: looked up after each change of the catalogue until there are, and then never again.
    func hasAccounts(at version: CatalogVersion, lookUp: () async throws -> Bool) async throws -> Bool {
        switch accounts.withLock({ $0 }) {
        case .some: return true
        case .noneAt(version): return false
        case .noneAt, .unknown:
            let found = try await lookUp()
            accounts.withLock { accounts in
                if found { accounts = .some } else if case .some = accounts {} else { accounts = .noneAt(version) }
            }
            return found
        }
    }
}
