internal import Domain
internal import Transformations

/// What a rendition needs of memory, at most, as far as that can be known before.
enum RenderCost {
    /// A worker with nothing to do, and its buffers.
    private static let base: Int64 = 32 << 20

    /// In bytes.
    ///
    /// - Parameters:
    ///   - format: of the file that it is made from.
    ///   - size: of that file, in pixels.
    static func bytes(of plan: RenderPlan, from format: ImageFormat, of size: PixelSize) -> Int64 {
        let frames: Int64 = plan.isAnimated ? 64 : 1
        let area = Int64(size.width).multipliedReportingOverflow(by: Int64(size.height))
        let stored = area.overflow ? Int64.max / 1024 : min(area.partialValue, Int64.max / 1024)
        let largest = max(plan.scaled.area, plan.result.area)
        return base + stored * perStoredPixel(format) * frames + largest * 12 * frames
    }

    /// Decoders of the first two hold at most the coefficients of a progressive picture, or the rows of an interlaced
    /// one; the others hold the whole picture, some of them twice.
    private static func perStoredPixel(_ format: ImageFormat) -> Int64 {
        switch format {
        case .jpeg: 3
        case .png, .tiff: 4
        case .webp, .gif, .bmp, .heic, .avif, .jxl, .svg: 8
        }
    }
}
