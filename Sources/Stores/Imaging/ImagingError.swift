internal import SystemIO

/// Why an image was not read or not rendered.
public struct ImagingError: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    public enum Code: String, Sendable, Codable, CaseIterable {
        /// The format, or the encoding that was asked for, is not supported.
        case unsupported
        /// The picture has more pixels than the limits allow.
        case tooManyPixels = "too_many_pixels"
        /// The file has more frames or pages than the limits allow.
        case tooManyFrames = "too_many_frames"
        /// The bytes do not decode.
        case damaged
        /// The work was not done by its deadline.
        case timedOut = "timed_out"
        /// The process that did the work ended before it was done.
        case crashed
        /// The work needs more memory than the limits allow.
        case outOfMemory = "out_of_memory"
        /// The result could not be written.
        case notWritten = "not_written"
    }

    public let code: Code
    /// What is wrong, for a person; without paths and without the file's own words.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}

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
