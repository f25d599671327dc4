internal import Domain
internal import FileFormats
internal import SystemIO
internal import Transformations
internal import Vips

/// Reads the header of an image, and checks it against the limits.
enum Inspection {
    /// Everything that can be known about an image without its pixels.
    static func probe(_ source: ImageSource, limits: ImagingLimits) throws(ImagingError) -> ImageProbe {
        let image = try header(of: source, limits: limits)
        return ImageProbe(
            format: source.format, width: image.width, height: image.height, orientation: source.orientation(),
            frames: try frames(image, source, limits: limits), hasAlpha: image.hasAlpha,
            metadata: source.exif(image).metadata)
    }

    /// Opens an image and refuses it if its header states too much.
    ///
    /// - Parameter options: how it is opened.
    static func header(
        of source: ImageSource, _ options: ImageSource.Options = ImageSource.Options(), limits: ImagingLimits
    ) throws(ImagingError) -> VipsImage {
        let image: VipsImage
        do { image = try source.open(options) } catch {
            throw Failures.decoding("The header of the image cannot be read.", limits)
        }
        guard !source.isCanvasOutOfRange else {
            throw ImagingError(.tooManyPixels, "The canvas of the image is larger than any that is accepted.")
        }
        let (pixels, isTooMuch) = Int64(image.width).multipliedReportingOverflow(by: Int64(image.height))
        guard !isTooMuch, pixels <= limits.maximumPixels else {
            throw ImagingError(
                .tooManyPixels,
                "The image has \(image.width) × \(image.height) pixels; at most \(limits.maximumPixels) are accepted.")
        }
        let frames = try frames(image, source, limits: limits)
        guard frames <= limits.maximumFrames else {
            throw ImagingError(
                .tooManyFrames, "The image has \(frames) frames; at most \(limits.maximumFrames) are accepted.")
        }
        return image
    }

    /// The upright size of a page (from 0).
    static func uprightSize(
        of source: ImageSource, page: Int, limits: ImagingLimits
    ) throws(ImagingError) -> PixelSize {
        let image = try header(of: source, ImageSource.Options(page: page), limits: limits)
        let stored = PixelSize(image.width, image.height)
        return source.orientation(ofPage: page) >= 5 ? stored.transposed : stored
    }

    /// The frames or pages that the decoder knows, or that the file states.
    static func frames(
        _ image: VipsImage, _ source: ImageSource, limits: ImagingLimits
    ) throws(ImagingError) -> Int {
        if let pages = source.tiffPages?.pages { return pages.count }
        do {
            return max(1, image.integer("n-pages") ?? 1, try StatedFrames.count(source))
        } catch {
            throw Failures.decoding("The frames of the image cannot be read.", limits)
        }
    }
}
