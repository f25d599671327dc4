internal import CMicrohttpd

/// The library that the server stands on, libmicrohttpd.
public enum HTTPServerLibrary {
    /// The version of the library that is loaded, such as `0.9.75`.
    public static var version: String { MHD_get_version().map { String(cString: $0) } ?? "" }
}
