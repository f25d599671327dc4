internal import Domain
internal import FileFormats
internal import SystemIO
internal import Transformations
internal import Vips

/// Reads the header of an image, and checks it against the limits.
enum Inspection {
    /// The maximum size of an Exif block, in bytes.
    private static let exifLimit = 1 << 20

    /// Everything that can be known about an image without its pixels.
    static func probe(_ source: ImageSource, limits: ImagingLimits) throws(ImagingError) -> ImageProbe {
        let image = try header(of: source, limits: limits)
        return ImageProbe(
            format: source.format, width: image.width, height: image.height, orientation: orientation(image, source),
            frames: frames(image), hasAlpha: image.hasAlpha, metadata: metadata(image, source))
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
        guard !isCanvasOutOfRange(image, source) else {
            throw ImagingError(.tooManyPixels, "The canvas of the image is larger than any that is accepted.")
        }
        let (pixels, isTooMuch) = Int64(image.width).multipliedReportingOverflow(by: Int64(image.height))
        guard !isTooMuch, pixels <= limits.maximumPixels else {
            throw ImagingError(
                .tooManyPixels,
                "The image has \(image.width) × \(image.height) pixels; at most \(limits.maximumPixels) are accepted.")
        }
        guard frames(image) <= limits.maximumFrames else {
            throw ImagingError(
                .tooManyFrames, "The image has \(frames(image)) frames; at most \(limits.maximumFrames) are accepted.")
        }
        return image
    }

    /// Whether an SVG's canvas is larger than libvips can represent; it then reports a side of 1 pixel.
    ///
    /// A side that really has 1 pixel grows if the drawing is rendered larger.
    private static func isCanvasOutOfRange(_ image: VipsImage, _ source: ImageSource) -> Bool {
        guard source.format.isDrawing, image.width == 1 || image.height == 1 else { return false }
        guard let larger = try? source.open(ImageSource.Options(scale: 100)) else { return true }
        return (image.width == 1 && larger.width == 1) || (image.height == 1 && larger.height == 1)
    }

    /// The upright size of a page (from 0).
    static func uprightSize(
        of source: ImageSource, page: Int, limits: ImagingLimits
    ) throws(ImagingError) -> PixelSize {
        let image = try header(of: source, ImageSource.Options(page: page), limits: limits)
        let stored = PixelSize(image.width, image.height)
        return orientation(image, source) >= 5 ? stored.transposed : stored
    }

    static func frames(_ image: VipsImage) -> Int { max(1, image.integer("n-pages") ?? 1) }

    /// The Exif orientation that the renderer applies, 1 to 8.
    static func orientation(_ image: VipsImage, _ source: ImageSource) -> Int {
        guard !source.codec.isUprightAlready, let orientation = image.integer("orientation") else { return 1 }
        return (1...8).contains(orientation) ? orientation : 1
    }

    /// TIFF carries Exif in its own directories; the other formats carry a block of it.
    private static func metadata(_ image: VipsImage, _ source: ImageSource) -> PhotoMetadata {
        if source.format == .tiff {
            var window = ByteWindow(count: Int64(source.file.count)) { source.file.bytes(at: $0, count: $1) }
            return (try? ExifReader.read(&window).metadata) ?? PhotoMetadata()
        }
        guard let block = image.blob("exif-data", limit: exifLimit) ?? lateExif(source) else { return PhotoMetadata() }
        return ExifReader.read(block).metadata
    }

    /// The Exif of a PNG that has it after its pixels, where the loader does not look.
    private static func lateExif(_ source: ImageSource) -> [UInt8]? {
        guard source.format == .png else { return nil }
        var window = ByteWindow(count: Int64(source.file.count)) { source.file.bytes(at: $0, count: $1) }
        return (try? PNGChunks.exifBlock(&window, limit: exifLimit)) ?? nil
    }
}
