internal import CSodium

/// HMAC-SHA-256 (RFC 2104): proves that the sender of a message knows the key.
public enum MessageAuthentication {
    /// Bytes of a code.
    public static let length = 32

    /// The code of a message.
    ///
    /// - Parameter key: of any length; 32 bytes are as good as more.
    public static func code(of message: [UInt8], key: [UInt8]) throws(SodiumFailure) -> [UInt8] {
        try prepare()
        var state = crypto_auth_hmacsha256_state()
        crypto_auth_hmacsha256_init(&state, key, key.count)
        crypto_auth_hmacsha256_update(&state, message, UInt64(message.count))
        var code = [UInt8](repeating: 0, count: length)
        crypto_auth_hmacsha256_final(&state, &code)
        return code
    }

    /// Whether a code is the message's, compared in constant time.
    public static func isValid(_ code: [UInt8], of message: [UInt8], key: [UInt8]) throws(SodiumFailure) -> Bool {
        let expected = try self.code(of: message, key: key)
        return code.count == length && sodium_memcmp(expected, code, length) == 0
    }
}
