internal import SystemIO

/// Tells want of memory from damage, since the decoder's own words are not to be relied on.
enum Failures {
    /// The error for a decoder that gave up.
    static func decoding(_ message: String, _ limits: ImagingLimits) -> ImagingError {
        // A worker that came near its bound most likely met it.
        guard UInt64(max(0, ProcessConfinement.peakMemory())) < limits.memory / 4 * 3 else {
            return ImagingError(.outOfMemory, "The image needs more memory than is allowed.")
        }
        return ImagingError(.damaged, message)
    }
}
