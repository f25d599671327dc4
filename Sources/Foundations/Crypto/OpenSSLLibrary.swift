internal import COpenSSL

/// OpenSSL itself.
public enum OpenSSLLibrary {
    /// The version of the library that is loaded, such as `3.0.11`.
    public static var version: String { OpenSSL_version(OPENSSL_VERSION_STRING).map { String(cString: $0) } ?? "" }
}
