internal import Domain
internal import Vips

/// Decodes all of an image, and keeps nothing of it.
enum FullDecode {
    /// - Throws: `damaged` at the first pixel that cannot be decoded.
    static func verify(_ source: ImageSource, limits: ImagingLimits) throws(ImagingError) {
        let image = try Inspection.header(of: source, limits: limits)
        let frames = try Inspection.frames(image, source, limits: limits)
        do throws(VipsError) {
            for options in passes(source, frames: frames) {
                try decode(source.open(options))
            }
        } catch {
            throw Failures.decoding("The image is damaged or incomplete: its pixels cannot all be decoded.", limits)
        }
    }

    /// The frames of an animation build on each other and are decoded in one pass; pages have sizes of their own.
    /// Of HEIC and AVIF only the primary picture counts: others in the file are variants that are never shown.
    private static func passes(_ source: ImageSource, frames: Int) -> [ImageSource.Options] {
        switch source.codec.pages {
        case .frames: [ImageSource.Options(pages: -1)]
        case .pages: (0..<frames).map { ImageSource.Options(page: $0) }
        // If a JPEG lost its middle, the decoder only warns, and fills the rest with grey.
        case .none: [ImageSource.Options(isStrict: source.format == .jpeg, decodesUnshownFrames: true)]
        }
    }

    /// Asks for every pixel, strip by strip: an average needs them all and holds none.
    private static func decode(_ image: VipsImage) throws(VipsError) {
        let operation = try VipsOperation("avg")
        operation.set("in", image)
        _ = try operation.run()
    }
}
