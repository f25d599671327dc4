internal import Domain
internal import Imaging
internal import Transformations

/// An upper bound of the memory that a rendition needs, as far as it can be known beforehand.
enum RenderCost {
    /// An idle worker and its buffers.
    private static let base: Int64 = 48 << 20

    /// In bytes.
    ///
    /// - Parameters:
    ///   - format: of the file that it is made from.
    ///   - size: of that file, in pixels.
    static func bytes(of plan: RenderPlan, from format: ImageFormat, of size: PixelSize) -> Int64 {
        let frames: Int64 = plan.isAnimated ? 64 : 1
        let stored = pixels(size.width, size.height)
        let largest = max(plan.scaled.area, plan.result.area)
        return base + stored * ImagingWorkers.bytesPerStoredPixel(of: format) * frames + largest * 12 * frames
    }

    /// Of a rendition from a source. All pixels of a source are decoded, except of a pyramid, of which only some tiles
    /// are.
    static func bytes(of plan: RenderPlan, from source: SourceFile) -> Int64 {
        guard source.level != nil else { return bytes(of: plan, from: source.format, of: source.size) }
        let across = Double(source.size.width) / Double(plan.page.width)
        let region = PixelSize(
            Int((Double(plan.region.size.width) * across).rounded(.up)),
            Int((Double(plan.region.size.height) * across).rounded(.up)))
        return bytes(of: plan, from: .tiff, of: region) + rowsOfTiles(source.size)
    }

    /// Of making a pyramid: the decoder of the original, some rows of tiles of all levels, and the file, twice.
    static func bytes(ofPyramidOf content: ImageContent) -> Int64 {
        base + pixels(content.width, content.height) * (ImagingWorkers.bytesPerStoredPixel(of: content.format) + 3)
            + 2 * rowsOfTiles(PixelSize(content.width, content.height))
    }

    /// Of a compressed file: the picture, the encoder's buffers, and the pictures that are compared.
    ///
    /// - Parameter format: of the compressed file; nil if the picture decides.
    static func bytes(ofCompressing content: ImageContent, to format: ImageFormat?) -> Int64 {
        base + pixels(content.width, content.height) * (format == .avif ? 32 : 16)
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
