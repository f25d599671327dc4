internal import Domain
internal import HTTPTypes
internal import Runtime
internal import Services

/// What caches may do with files, and the heads of responses that are written already.
public struct FileCaching: Sendable {
    /// How long caches may keep a file without asking again (RFC 9111).
    public struct Policy: Sendable, Equatable {
        /// Of a public image, by every cache.
        public var publicSeconds: Int
        /// Of a private image, by its viewer's own cache.
        public var privateSeconds: Int

        public init(publicSeconds: Int = 3600, privateSeconds: Int = 60) {
            (self.publicSeconds, self.privateSeconds) = (publicSeconds, privateSeconds)
        }
    }

    private static let yearSeconds = 31_536_000

    private let policy: Policy
    /// By the opening of a file: writing them is most of the cost of a short response.
    let heads = BoundedCache<UInt64, HTTPFields>(capacity: 4096)

    public init(_ policy: Policy) { self.policy = policy }

    /// The value of `Cache-Control`.
    ///
    /// - Parameter isVersioned: whether the address names the version of the file, so that its bytes never change (RFC
    ///   8246).
    func control(of file: OpenFile, isVersioned: Bool) -> String {
        let isPublic = file.isPublic
        let scope = isPublic ? "public" : "private"
        if isVersioned { return "\(scope), max-age=\(Self.yearSeconds), immutable" }
        return "\(scope), max-age=\(isPublic ? policy.publicSeconds : policy.privateSeconds)"
    }
}
