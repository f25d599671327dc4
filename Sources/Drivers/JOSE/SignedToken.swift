internal import CJOSE

/// A key for signing, of 32 bytes, and its public name.
public struct SigningKey: Hashable, Sendable {
    /// The `kid` of the tokens that it signs: letters and digits.
    public let id: String
    public let secret: [UInt8]

    public init(id: String, secret: [UInt8]) { (self.id, self.secret) = (id, secret) }
}

/// Tokens in the compact form of JWS (RFC 7515, section 7.1), signed with HMAC-SHA256.
///
/// The algorithm is fixed (RFC 8725, section 3.1): a token that names another one, `none` among them, is refused before
/// its signature is examined. A token has one form: another header, an extension (`crit`), or another spelling of the
/// same bytes is refused, even if it is signed.
public enum SignedToken {
    private static let algorithm = "HS256"

    /// Signs bytes.
    public static func sign(_ payload: [UInt8], with key: SigningKey) throws(JOSEError) -> String {
        let jwk = try check(.failed, cjose_jwk_create_oct_spec(key.secret, key.secret.count, nil))
        defer { cjose_jwk_release(jwk) }
        let header = try check(.failed, cjose_header_new(nil))
        defer { cjose_header_release(header) }
        for (name, value) in [("alg", algorithm), ("kid", key.id)] {
            guard cjose_header_set(header, name, value, nil) else { throw JOSEError(.failed) }
        }
        let jws = try check(.failed, cjose_jws_sign(jwk, header, payload, payload.count, nil))
        defer { cjose_jws_release(jws) }
        var text: UnsafePointer<CChar>?
        guard cjose_jws_export(jws, &text, nil) else { throw JOSEError(.failed) }
        return String(cString: try check(.failed, text))
    }

    /// The payload of a token that one of the keys has signed.
    ///
    /// - Parameter keys: the valid keys.
    /// - Throws: `malformed` or `forged`.
    public static func verify(_ token: String, keys: [SigningKey]) throws(JOSEError) -> [UInt8] {
        let jws = try check(.malformed, cjose_jws_import(token, token.utf8.count, nil))
        defer { cjose_jws_release(jws) }
        let header = try check(.malformed, cjose_jws_get_protected(jws))
        guard try text("alg", of: header) == algorithm else { throw JOSEError(.malformed) }
        let id = try text("kid", of: header)
        let key = try check(.malformed, keys.first { $0.id == id })
        let jwk = try check(.failed, cjose_jwk_create_oct_spec(key.secret, key.secret.count, nil))
        defer { cjose_jwk_release(jwk) }
        guard cjose_jws_verify(jws, jwk, nil) else { throw JOSEError(.forged) }
        var bytes: UnsafeMutablePointer<UInt8>?
        var count = 0
        guard cjose_jws_get_plaintext(jws, &bytes, &count, nil) else { throw JOSEError(.failed) }
        let payload = Array(UnsafeBufferPointer(start: bytes, count: count))
        guard try sign(payload, with: key) == token else { throw JOSEError(.malformed) }
        return payload
    }

    private static func text(_ name: String, of header: OpaquePointer) throws(JOSEError) -> String {
        String(cString: try check(.malformed, cjose_header_get(header, name, nil)))
    }
}
