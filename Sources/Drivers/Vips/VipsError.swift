internal import CVips

/// An operation of libvips that failed.
public struct VipsError: Error, CustomStringConvertible {
    /// The failed action, such as an operation's nickname.
    public let action: String
    /// The message of libvips: a hint for logs, because threads share its buffer. Code must not depend on it.
    public let hint: String

    /// A failure of what makes the pixels of a picture.
    public init(action: String, hint: String) { (self.action, self.hint) = (action, String(hint.prefix(500))) }

    public var description: String { "\(action): \(hint)" }

    /// Reads the message of libvips, and clears it.
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

/// Checks a call of libvips that returns other than 0 on failure.
func check(_ action: @autoclosure () -> String, _ code: Int32) throws(VipsError) {
    if code != 0 { throw VipsError(taking: action()) }
}

/// Checks a call of libvips that returns NULL on failure.
func check<Pointer>(_ action: @autoclosure () -> String, _ pointer: Pointer?) throws(VipsError) -> Pointer {
    guard let pointer else { throw VipsError(taking: action()) }
    return pointer
}
