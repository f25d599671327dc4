public import Domain
public import SystemIO

extension ImagingWorkers {
    /// Makes the smallest file that still looks like an image, of the same size, upright, in sRGB, without metadata:
    /// its structural similarity is at least 0.98 over the whole picture, and 0.93 over any 128 × 128 pixels of it.
    ///
    /// - Parameters:
    ///   - turn: what the upright picture is turned by. One that is turned is no substitute for the original, and so may
    ///     be larger than it.
    ///   - wanted: the format; nil for the default, WebP.
    ///   - output: an empty file, open for reading and writing.
    /// - Returns: nil if no such file is smaller than the original.
    /// - Throws: as `probe`; `ImagingError` with `unsupported` for a format that is not available, or not in this size.
    public func compress(
        _ file: FileDescriptor, format: ImageFormat, turn: Orientation = .upright, as wanted: ImageFormat?,
        to output: FileDescriptor
    ) async throws -> RenderedFile? {
        let outcome = try await perform(
            .compress(wanted), on: renders, [file, output], format: format, turn: turn, seconds: compressionSeconds)
        guard case .compressed(let compressed) = outcome else { throw Self.misunderstanding }
        return compressed
    }

    /// Whether another file looks the same as an image, within the bounds of the compressor.
    ///
    /// - Throws: as `probe`, even if the other file does not decode.
    public func shows(
        _ other: FileDescriptor, format otherFormat: ImageFormat, theSameAs file: FileDescriptor, format: ImageFormat,
        turn: Orientation = .upright
    ) async throws -> Bool {
        let outcome = try await perform(
            .compare(otherFormat), on: renders, [file, other], format: format, turn: turn, seconds: compressionSeconds)
        guard case .compared(let isSame) = outcome else { throw Self.misunderstanding }
        return isSame
    }

    /// It encodes a picture several times.
    private var compressionSeconds: Int {
        limits.renderSeconds.addingReportingOverflow(limits.renderSeconds).partialValue
    }
}
