internal import CatalogStorage
public import Domain

/// The right to carry out a request that a client has given a key (`Idempotency-Key`).
public struct RequestClaim: Sendable {
    var key: IdempotencyKey

    /// - Parameter fingerprint: the digest of everything that the answer depends on.
    public mutating func set(_ fingerprint: Digest) { key.fingerprint = fingerprint }
}

extension Batches {
    /// What becomes of a request with a key.
    public enum Admission: Sendable {
        /// It is to be carried out, and then acknowledged or withdrawn.
        case carryOut(RequestClaim)
        /// It was carried out; the same request, by its fingerprint, gets the same answer.
        case repeated(Receipt, fingerprint: Digest)
    }

    /// - Throws: `conflict` while another request with this key is under way.
    public func admit(key text: String, for viewer: Viewer) async throws -> Admission {
        let key = IdempotencyKey(account: try viewer.owner(), text: text)
        switch try await repository.catalog.claim(key) {
        case .granted: return .carryOut(RequestClaim(key: key))
        case .underWay:
            throw ServiceError(
                .conflict,
                "A request with this Idempotency-Key is under way: wait for its answer, or send it again then.")
        case .answered(let batch, let fingerprint):
            let items = try await repository.catalog.acknowledgedItems(of: batch)
            return .repeated(Receipt(batch: batch, items: items), fingerprint: fingerprint)
        }
    }

    /// A claimed request was not carried out: it can be sent again with its key. This is done even if the client has gone
    /// away, which is why most requests are not carried out.
    public func withdraw(_ claim: RequestClaim) async throws {
        // A task of its own, which is not cancelled with the request.
        try await Task { [catalog = repository.catalog] in try await catalog.release(claim.key) }.value
    }
}
