internal import CSodium

/// A password as it is stored: Argon2id (RFC 9106) with a salt of its own, in the library's text form.
///
/// Making and comparing take some 64 MiB of memory and a tenth of a second of a processor.
public enum PasswordHash {
    /// Hashes a password with libsodium's `INTERACTIVE` limits.
    public static func make(of password: String) throws(SodiumFailure) -> String {
        try prepare()
        var text = [CChar](repeating: 0, count: tintype_password_text_bytes)
        let bytes = Array(password.utf8).map { CChar(bitPattern: $0) }
        try check(
            "hash a password",
            crypto_pwhash_str(
                &text, bytes, UInt64(bytes.count), tintype_password_operations, tintype_password_memory))
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether a password matches a hash; false also for text that is not a hash.
    public static func matches(_ password: String, hash: String) throws(SodiumFailure) -> Bool {
        try prepare()
        let bytes = Array(password.utf8).map { CChar(bitPattern: $0) }
        return crypto_pwhash_str_verify(hash, bytes, UInt64(bytes.count)) == 0
    }

    /// Whether a hash was made with other limits than the current ones, and should be replaced.
    public static func isOutdated(_ hash: String) -> Bool {
        crypto_pwhash_str_needs_rehash(hash, tintype_password_operations, tintype_password_memory) != 0
    }
}
