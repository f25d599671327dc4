internal import CRsvg

/// A call of librsvg or cairo that failed.
public struct RsvgError: Error, CustomStringConvertible {
    /// The failed action.
    public let action: String
    /// The library's message: a hint for logs. Code must not depend on it.
    public let hint: String

    public var description: String { "\(action): \(hint)" }

    init(_ action: String, _ hint: String = "") { (self.action, self.hint) = (action, String(hint.prefix(500))) }
}

/// Checks a call of GLib that returns false or NULL on failure, and takes its message.
func check<Result>(
    _ action: String, _ body: (inout UnsafeMutablePointer<GError>?) -> Result?
) throws(RsvgError) -> Result {
    var error: UnsafeMutablePointer<GError>?
    let result = body(&error)
    defer { if let error { g_error_free(error) } }
    guard let result else { throw RsvgError(action, error.map { String(cString: $0.pointee.message) } ?? "") }
    return result
}
