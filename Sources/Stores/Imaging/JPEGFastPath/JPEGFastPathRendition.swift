internal import Domain
internal import FileFormats
internal import SystemIO
internal import Transformations
internal import TurboJPEG
internal import Vips

/// Makes a JPEG of a JPEG in luma and chroma as they are stored: the most frequent rendition there is, from a
/// kept file, in half the time.
///
/// Neither colours are converted, nor is chroma brought to the picture's size and back. Whatever is not that simple is
/// left to libvips.
struct JPEGFastPathRendition {
    /// Bytes in which the first scan of a plain file begins.
    private static let headLength = 1 << 16

    private let source: ImageSource
    private let limits: ImagingLimits
    private let plan: RenderPlan

    /// - Returns: nil if the plan asks for more than a part of the picture in another size.
    init?(source: ImageSource, limits: ImagingLimits, plan: RenderPlan) {
        let isPlain =
            plan.turn == .none && plan.rotation == .none && plan.canvas == nil && plan.blur == 0 && plan.sharpening == 0
            && plan.tone == .colour && !plan.isAnimated && plan.pageIndex == 0 && plan.cut?.gravity != .attention
        guard isPlain, source.format == .jpeg, plan.format == .jpeg, !plan.keepsMetadata else { return nil }
        (self.source, self.limits, self.plan) = (source, limits, plan)
    }

    /// Whether the picture is not to be turned, and the file says nothing of how it is to be understood, so that its header
    /// need not be read by libvips first.
    var isPlain: Bool { !source.isTurned && PlainJPEG.isPlain(source.file.bytes(at: 0, count: Self.headLength)) }

    /// For a file that is plain, or lies upright and is in sRGB.
    ///
    /// - Returns: nil if the file is of another kind or damaged, which libvips tells better.
    func render(to output: FileDescriptor) throws(ImagingError) -> RenderedFile? {
        guard let decoding = JPEGFastPathDecoder(source, limits: limits) else { return nil }
        let window = JPEGFastPathWindow(plan, of: decoding.size)
        let shrink = ShrinkOnLoad.options(for: window.factor, format: .jpeg).shrink
        guard let picture = decoding.decode(shrink: shrink),
            let reduced = window.divided(by: shrink).reduce(picture, quality: plan.quality),
            let file = JPEGFastPathFile(reduced, quality: plan.quality)
        else { return nil }
        return try file.write(to: output)
    }
}
