public import Domain
internal import SQL

/// The key that a client gives to a request, so that it is carried out once however often it is sent
/// (draft-ietf-httpapi-idempotency-key-header).
public struct IdempotencyKey: Hashable, Sendable {
    public let account: AccountID
    public let text: String
    /// Of everything that the answer depends on; nil until the body has been read.
    public var fingerprint: Digest?

    public init(account: AccountID, text: String, fingerprint: Digest? = nil) {
        (self.account, self.text, self.fingerprint) = (account, text, fingerprint)
    }
}

/// What is known of a request with a key.
public enum IdempotencyClaim: Hashable, Sendable {
    /// It is the first one, and is carried out by whoever has asked.
    case granted
    /// Another one with this key is under way.
    case underWay
    /// It was carried out, and has made this batch.
    case answered(BatchID, fingerprint: Digest)
}

extension Catalog {
    /// How long the answer to a key is known.
    private static let keySeconds = 86_400.0

    /// Begins to carry out a request with a key, unless another one has.
    public func claim(_ key: IdempotencyKey, now: Timestamp = .now) async throws -> IdempotencyClaim {
        try await database.write { session in
            try session.execute(
                "DELETE FROM idempotency_keys WHERE date_created < \(now.advanced(bySeconds: -Self.keySeconds))")
            let earlier = try session.first(
                "SELECT batch, fingerprint FROM idempotency_keys WHERE account = \(key.account) AND key = \(key.text)"
            ) { (try $0.identityIfPresent(0, as: BatchID.self), try $0.digestIfPresent(1)) }
            guard let earlier else {
                try session.execute(
                    """
                    INSERT INTO idempotency_keys (account, key, date_created)
                    VALUES (\(key.account), \(key.text), \(now))
                    """)
                return .granted
            }
            guard case (let batch?, let fingerprint?) = earlier else { return .underWay }
            return .answered(batch, fingerprint: fingerprint)
        }
    }

    /// Forgets a request that was not carried out, so that it can be sent again.
    public func release(_ key: IdempotencyKey) async throws {
        try await database.write { session in
            try session.execute(
                "DELETE FROM idempotency_keys WHERE account = \(key.account) AND key = \(key.text) AND batch IS NULL")
        }
    }

    /// Forgets all requests under way. Only for callers that know that none is.
    public func releaseKeys() async throws {
        try await database.write { session in
            try session.execute("DELETE FROM idempotency_keys WHERE batch IS NULL")
        }
    }
}

/// Rows of `idempotency_keys`.
enum IdempotencyRows {
    /// A request was carried out.
    static func answer(_ key: IdempotencyKey, with batch: BatchID, _ session: any SQLSession) throws {
        try session.execute(
            """
            UPDATE idempotency_keys SET batch = \(batch), fingerprint = \(key.fingerprint)
            WHERE account = \(key.account) AND key = \(key.text)
            """)
    }
}
