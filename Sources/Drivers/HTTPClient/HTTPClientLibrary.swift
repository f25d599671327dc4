internal import CCurl

/// The library that the client stands on, libcurl.
public enum HTTPClientLibrary {
    /// The version of the library that is loaded, such as `7.88.1`.
    public static var version: String {
        curl_version_info(CURLVERSION_FIRST)?.pointee.version.map { String(cString: $0) } ?? ""
    }
}
