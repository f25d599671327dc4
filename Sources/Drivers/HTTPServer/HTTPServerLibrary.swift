internal import CGnuTLS
internal import CMicrohttpd

/// The libraries that the server stands on, libmicrohttpd and GnuTLS.
public enum HTTPServerLibrary {
    /// The version of the library that is loaded, such as `0.9.75`.
    public static var version: String { MHD_get_version().map { String(cString: $0) } ?? "" }
    /// The version of GnuTLS that is loaded, such as `3.7.9`.
    public static var tlsVersion: String { gnutls_check_version(nil).map { String(cString: $0) } ?? "" }
}
