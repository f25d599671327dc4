internal import CSodium

/// libsodium itself.
public enum SodiumLibrary {
    /// The version of the library that is loaded, such as `1.0.18`.
    public static var version: String { sodium_version_string().map { String(cString: $0) } ?? "" }
}
