internal import Domain
internal import Imaging
internal import Transformations

/// What a rendition needs, as far as it can be known beforehand.
struct RenderCost: Hashable, Sendable {
    /// An upper bound of the memory.
    let bytes: Int64
    /// An estimate of the time of one processor.
    let seconds: Double

    /// An idle worker and its buffers.
    private static let base: Int64 = 48 << 20

    init(bytes: Int64, seconds: Double) { (self.bytes, self.seconds) = (bytes, seconds) }

    /// Of a rendition from a file.
    ///
    /// - Parameters:
    ///   - format: of the file that it is made from.
    ///   - size: of that file, in pixels.
    ///   - frames: how many the file has; they count only if the rendition is to move.
    init(of plan: RenderPlan, from format: ImageFormat, of size: PixelSize, frames: Int = 1) {
        let held: Int64 = plan.isAnimated ? 64 : 1
        let stored = Self.pixels(size.width, size.height)
        let largest = max(plan.scaled.area, plan.result.area)
        bytes = Self.base + stored * ImagingWorkers.bytesPerStoredPixel(of: format) * held + largest * 12 * held
        let shown = plan.isAnimated ? Double(max(1, frames)) : 1
        let scale = Double(size.width) / Double(max(1, plan.page.width))
        seconds =
            ProcessorTime.start
            + ProcessorTime.seconds(of: plan, from: format, pixels: Double(stored), scale: scale) * shown
    }

    /// Of a rendition from a source. All pixels of a source are decoded, except of a pyramid, of which only some tiles
    /// are.
    init(of plan: RenderPlan, from source: SourceFile, frames: Int = 1) {
        guard source.level != nil else {
            self.init(of: plan, from: source.format, of: source.size, frames: frames)
            return
        }
        let across = Double(source.size.width) / Double(plan.page.width)
        let region = PixelSize(
            Int((Double(plan.region.size.width) * across).rounded(.up)),
            Int((Double(plan.region.size.height) * across).rounded(.up)))
        // Whole tiles are decoded.
        let tile = Double(PyramidShape.tile)
        let pixels = (Double(region.width) + tile) * (Double(region.height) + tile)
        self.init(
            bytes: RenderCost(of: plan, from: .tiff, of: region).bytes + Self.rowsOfTiles(source.size),
            seconds: ProcessorTime.start
                + ProcessorTime.seconds(of: plan, from: .jpeg, pixels: pixels, scale: across))
    }

    /// Of making a pyramid: the decoder of the original, some rows of tiles of all levels, and the file, twice.
    init(ofPyramidOf content: ImageContent) {
        let pixels = Self.pixels(content.width, content.height)
        bytes =
            Self.base + pixels * (ImagingWorkers.bytesPerStoredPixel(of: content.format) + 3)
            + 2 * Self.rowsOfTiles(PixelSize(content.width, content.height))
        seconds = ProcessorTime.secondsOfPyramid(of: content.format, pixels: Double(pixels))
    }

    /// Of a compressed file: the picture, the encoder's buffers, and the pictures that are compared.
    ///
    /// - Parameter format: of the compressed file; nil if the picture decides.
    init(ofCompressing content: ImageContent, to format: ImageFormat?) {
        let pixels = Self.pixels(content.width, content.height)
        bytes = Self.base + pixels * (format == .avif ? 32 : 16)
        seconds = ProcessorTime.secondsOfCompressing(content.format, to: format ?? .webp, pixels: Double(pixels))
    }

    /// Of the kept renditions of a content, from one decode.
    init(ofKeptRenditionsOf content: ImageContent) {
        let pixels = Self.pixels(content.width, content.height)
        bytes = Self.base + pixels * ImagingWorkers.bytesPerStoredPixel(of: content.format)
        let estimate = ProcessorTime.secondsOfKeptRenditions(of: content.format, pixels: Double(pixels))
        seconds = content.format.isDrawing ? estimate + ProcessorTime.unpredictable : estimate
    }

    /// The number of pixels, limited so that it can be multiplied without overflow.
    private static func pixels(_ width: Int, _ height: Int) -> Int64 {
        let area = Int64(width).multipliedReportingOverflow(by: Int64(height))
        return area.overflow ? Int64.max / 1024 : min(area.partialValue, Int64.max / 1024)
    }

    /// Two rows of decoded tiles.
    private static func rowsOfTiles(_ size: PixelSize) -> Int64 {
        let side = Int64(min(max(size.width, size.height), 1 << 32))
        return side * 3 * 2 * Int64(PyramidShape.tile)
    }
}
