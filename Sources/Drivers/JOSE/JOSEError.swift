internal import CJOSE

/// Why a token cannot be created or verified.
public struct JOSEError: Error, Hashable {
    public enum Code: Hashable, Sendable {
        /// The text is not a token of this server: its form, its algorithm or its key differs.
        case malformed
        /// The signature is not that of its key.
        case forged
        /// The library failed.
        case failed
    }

    public let code: Code

    init(_ code: Code) { self.code = code }
}

/// Checks a result of the library.
func check<Value>(_ code: JOSEError.Code, _ value: Value?) throws(JOSEError) -> Value {
    guard let value else { throw JOSEError(code) }
    return value
}
