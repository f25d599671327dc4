internal import Domain
internal import Vips

/// Decodes all of an image, and keeps nothing of it.
enum FullDecode {
    /// - Throws: `damaged` at the first pixel that cannot be had.
    static func verify(_ source: ImageSource, limits: ImagingLimits) throws(ImagingError) {
        let image = try Inspection.header(of: source, limits: limits)
        do throws(VipsError) {
            for options in passes(source, frames: Inspection.frames(image)) { try decode(source.open(options)) }
        } catch {
            throw Failures.decoding("The image is damaged or incomplete: its pixels cannot all be decoded.", limits)
        }
    }

    /// The frames of an animation build on each other and are decoded in one pass; pages have sizes of their own.
    /// Of HEIC and AVIF only the primary picture counts: others in the file are variants that are never shown.
    private static func passes(_ source: ImageSource, frames: Int) -> [ImageSource.Options] {
        switch source.format {
        case .gif, .webp: return [ImageSource.Options(pages: -1)]
        case .tiff: return (0..<frames).map { ImageSource.Options(page: $0) }
        // Of a JPEG that lost its middle the decoder only warns, and fills the rest with grey.
        case .jpeg: return [ImageSource.Options(isStrict: true)]
        default: return [ImageSource.Options()]
        }
    }

    /// Asks for every pixel, strip by strip: an average needs them all and holds none.
    private static func decode(_ image: VipsImage) throws(VipsError) {
        let operation = try VipsOperation("avg")
        operation.set("in", image)
        _ = try operation.run()
    }
}
