internal import CJXL

/// A call of libjxl that failed. The library has no messages.
public struct JPEGXLError: Error, CustomStringConvertible {
    /// The failed action.
    public let action: String

    public var description: String { "\(action): libjxl has failed" }
}

/// Checks a call of libjxl.
func check(_ action: String, _ status: JxlDecoderStatus) throws(JPEGXLError) {
    if status != JXL_DEC_SUCCESS { throw JPEGXLError(action: action) }
}
