public import Domain
public import SystemIO

extension ImagingWorkers {
    /// Makes the pyramid of a still picture without transparency, in sRGB and 8 bits a sample.
    ///
    /// - Parameter output: an empty file, open for writing; what an error leaves in it is of no use.
    /// - Returns: what was written; its size is that of the picture as stored.
    /// - Throws: as `probe`.
    public func makePyramid(
        of file: FileDescriptor, format: ImageFormat, to output: FileDescriptor
    ) async throws -> RenderedFile {
        let outcome = try await perform(
            .pyramid, on: renders, [file, output], format: format, seconds: limits.renderSeconds)
        guard case .derived(let rendered) = outcome, let first = rendered.first else { throw Self.misunderstanding }
        return first
    }
}
