internal import CVips

/// An operation of libvips that failed.
public struct VipsError: Error, CustomStringConvertible {
    /// What was tried, such as an operation's nickname.
    public let action: String
    /// libvips' own words: a hint for logs, since threads share their buffer. Never something to branch on.
    public let hint: String

    public var description: String { "\(action): \(hint)" }

    /// Takes the words that libvips left, and clears them.
    init(taking action: String) {
        self.action = action
        var text = ""
        if let buffer = vips_error_buffer_copy() {
            text = String(cString: buffer)
            g_free(buffer)
        }
        hint = String(text.prefix(500))
    }
}

/// The one funnel for calls of libvips that answer other than 0 on failure.
func check(_ action: @autoclosure () -> String, _ code: Int32) throws(VipsError) {
    if code != 0 { throw VipsError(taking: action()) }
}

/// The one funnel for calls of libvips that answer NULL on failure.
func check<Pointer>(_ action: @autoclosure () -> String, _ pointer: Pointer?) throws(VipsError) -> Pointer {
    guard let pointer else { throw VipsError(taking: action()) }
    return pointer
}
