internal import Domain
internal import Transformations

/// The time of one processor that pictures take: nanoseconds a pixel for each step.
///
/// Measured as user and system time of `vips`, with one thread, on an AMD EPYC: of four photos of
/// 320 to 1280 pixels for encoders, and of 11 megapixels of photos for the rest, less what starting takes
/// (docs/decisions/0038). Other processors are faster or slower by a common factor, which turns do not depend on.
enum ProcessorTime {
    /// Seconds for each render: messages, files and headers.
    static let start = 0.004
    /// Seconds for a drawing, which may take any time at all: it must never get the last worker.
    static let unpredictable = 1.1 * RenderAdmission.dearSeconds

    /// Of a rendition, or of one of its frames.
    ///
    /// - Parameters:
    ///   - pixels: how many are decoded.
    ///   - scale: of the file, compared with the original.
    static func seconds(of plan: RenderPlan, from format: ImageFormat, pixels: Double, scale: Double) -> Double {
        let isReduced = plan.scale <= scale / 4 && [.jpeg, .webp].contains(format)
        let scaled = Double(plan.scaled.area), result = Double(plan.result.area)
        var work = pixels * (decoding(format, isReduced: isReduced) + (isReduced ? 0 : reducing))
        if format.isDrawing { work = scaled * drawing + unpredictable * 1e9 }
        if plan.scale > scale { work += scaled * enlarging }
        if plan.turn != .none { work += scaled * turning(plan.turn) }
        if plan.rotation != .none { work += result * turning(plan.rotation) }
        if plan.cut?.gravity == .attention { work += scaled * findingAttention }
        if plan.canvas != nil || plan.background != nil { work += result * covering }
        if plan.blur > 0 { work += result * blurring }
        if plan.sharpening > 0 { work += result * sharpening }
        if plan.tone != .colour { work += result * greying }
        work += result * encoding(plan.format, effort: plan.encoding.effort)
        return work / 1e9
    }

    /// Of a decode, halving again and again, and encoding four thirds of the pixels as JPEG.
    static func secondsOfPyramid(of format: ImageFormat, pixels: Double) -> Double {
        start + pixels * (decoding(format, isReduced: false) + reducing + encoding(.jpeg, effort: 0) * 4 / 3) / 1e9
    }

    /// Of a decode, a full-size file, a copy and a thumbnail.
    static func secondsOfKeptRenditions(of format: ImageFormat, pixels: Double) -> Double {
        let isReduced = pixels > 16 * 4_000_000
        let kept = min(pixels, 4_000_000) * 4 / 3
        return start
            + (pixels * (decoding(format, isReduced: isReduced) + reducing) + kept * encoding(.jpeg, effort: 0)) / 1e9
    }

    /// Of a decode, and of a search for the quality: a sample is encoded and compared seven times, and the picture
    /// twice.
    static func secondsOfCompressing(_ format: ImageFormat, to wanted: ImageFormat, pixels: Double) -> Double {
        let encoder: Double = wanted == .png ? 200 : encoding(wanted, effort: usualEffort)
        let attempts: Double = wanted.usualQuality == nil ? 1 : 3
        return start + pixels * (decoding(format, isReduced: false) + attempts * (encoder + comparing)) / 1e9
    }

    /// libvips' effort for AVIF, which compressed files are made with.
    private static let usualEffort = 4
    private static let reducing = 5.0, enlarging = 26.0, findingAttention = 5.0, covering = 8.0
    /// Whatever the width of the blur.
    private static let blurring = 40.0
    private static let greying = 7.0, comparing = 40.0
    private static let sharpening = 120.0, drawing = 50.0

    private static func turning(_ rotation: Rotation) -> Double { rotation.quarterTurns == nil ? 25 : 4 }

    /// For each stored pixel.
    ///
    /// - Parameter isReduced: whether a quarter of its size or less is needed: some decoders reduce themselves.
    private static func decoding(_ format: ImageFormat, isReduced: Bool) -> Double {
        switch format {
        // Twice as much for progressive ones, which nothing tells beforehand.
        case .jpeg: isReduced ? 4 : 8
        case .png: 14
        case .webp: 24
        case .gif: 10
        case .tiff: 7
        case .bmp: 15
        case .heic: 70
        case .avif: 32
        case .jxl: 25
        case .svg: drawing
        }
    }

    /// For each pixel of the result.
    private static func encoding(_ format: ImageFormat, effort: Int) -> Double {
        switch format {
        case .jpeg: 10
        case .png: 80
        case .webp: 85
        case .gif: 500
        case .tiff: 150
        case .jxl: 180
        case .avif: avif[min(max(0, effort), avif.count - 1)]
        case .bmp, .heic, .svg: 0
        }
    }

    /// By effort, from 0.
    private static let avif: [Double] = [75, 200, 285, 560, 2100, 3400, 6100, 8400, 10_500, 27_000]
}
