internal import CJOSE

/// Why a token cannot be made or believed.
public struct JOSEError: Error, Hashable {
    public enum Code: Hashable, Sendable {
        /// The text is no token of ours: its form, its algorithm or its key is another.
        case malformed
        /// The signature is not that of its key.
        case forged
        /// The library failed.
        case failed
    }

    public let code: Code

    init(_ code: Code) { self.code = code }
}

/// Every result of the library goes through here.
func check<Value>(_ code: JOSEError.Code, _ value: Value?) throws(JOSEError) -> Value {
    guard let value else { throw JOSEError(code) }
    return value
}
