internal import SystemIO

/// Distinguishes a lack of memory from damaged images, because the messages of decoders are not reliable.
enum Failures {
    /// The error for a decoder that has failed.
    static func decoding(_ message: String, _ limits: ImagingLimits) -> ImagingError {
        // A worker that came close to its memory limit has most likely reached it.
        guard UInt64(max(0, ProcessConfinement.peakMemory())) < limits.memory / 4 * 3 else {
            return ImagingError(.outOfMemory, "The image needs more memory than is allowed.")
        }
        return ImagingError(.damaged, message)
    }
}
