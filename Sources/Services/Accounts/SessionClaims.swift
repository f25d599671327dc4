internal import Domain
internal import FoundationEssentials
internal import JOSE

/// The claims of a session's token (RFC 7519).
struct SessionClaims: Codable {
    static let issuer = "tintype"

    let iss: String
    /// The account.
    let sub: AccountID
    /// The session.
    let sid: SessionID
    /// Seconds since 1970.
    let iat: Int64, exp: Int64

    init(account: AccountID, session: SessionID, from now: Timestamp, to expires: Timestamp) {
        (iss, sub, sid) = (Self.issuer, account, session)
        (iat, exp) = (now.seconds, expires.seconds)
    }

    func signed(with key: SigningKey) throws -> String {
        try SignedToken.sign(Array(try JSONEncoder().encode(self)), with: key)
    }

    /// Reads a token; nil if it is forged, of another issuer, not yet valid or expired.
    init?(_ token: String, keys: [SigningKey], now: Timestamp) {
        // The reason does not matter: an invalid token is no credential.
        guard let payload = try? SignedToken.verify(token, keys: keys),
            let claims = try? JSONDecoder().decode(SessionClaims.self, from: Data(payload)),
            claims.iss == Self.issuer, claims.exp > now.seconds, claims.iat <= now.seconds + 60
        else { return nil }
        self = claims
    }
}
