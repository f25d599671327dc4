internal import Domain
internal import FileFormats
internal import Resampling
internal import SystemIO
internal import Transformations
internal import TurboJPEG
internal import Vips

/// Makes a plain JPEG of a plain JPEG in luma and chroma as they are stored: the most frequent rendition there is, from a
/// kept file, in half the time.
///
/// Neither colours are converted, nor is chroma brought to the picture's size and back. Whatever is not that simple is
/// left to libvips.
struct PlanarRendering {
    /// Pixels that are decoded at most: all of them are held.
    private static let maximumArea = 1 << 24
    /// Bytes in which the first scan of a plain file begins.
    private static let headLength = 1 << 16
    /// From this quality on chroma is kept at full size, as libvips does.
    private static let fullChromaQuality = 90

    private let source: ImageSource
    private let limits: ImagingLimits
    private let plan: RenderPlan

    /// - Returns: nil where the plan asks for more than a part of the picture in another size.
    init?(source: ImageSource, limits: ImagingLimits, plan: RenderPlan) {
        let isPlain =
            plan.turn == .none && plan.rotation == .none && plan.canvas == nil && plan.blur == 0 && plan.sharpening == 0
            && plan.tone == .colour && !plan.isAnimated && plan.pageIndex == 0 && plan.cut?.gravity != .attention
        guard isPlain, source.format == .jpeg, plan.format == .jpeg, !plan.keepsMetadata else { return nil }
        (self.source, self.limits, self.plan) = (source, limits, plan)
    }

    /// - Returns: nil where the file is not plain, or is damaged, which libvips tells better.
    func render(to output: FileDescriptor) throws(ImagingError) -> RenderedFile? {
        guard let reduced = try? reducedPicture(), let file = try? TurboJPEG.encode(reduced, quality: plan.quality)
        else { return nil }
        do { try output.write(file) } catch {
            throw ImagingError(.notWritten, "The rendition could not be written.")
        }
        return RenderedFile(format: .jpeg, width: reduced.width, height: reduced.height, bytes: Int64(file.count))
    }

    private func reducedPicture() throws(TurboJPEG.Failure) -> PlanarPicture? {
        guard PlainJPEG.isPlain(source.file.bytes(at: 0, count: Self.headLength)) else { return nil }
        let file = source.file.bytes(at: 0, count: source.file.count)
        let header = try TurboJPEG.header(of: file)
        guard Int64(header.width) * Int64(header.height) <= limits.maximumPixels else { return nil }
        let whole = Window(plan, of: PixelSize(header.width, header.height))
        let shrink = Scaling.options(for: min(whole.across.step, whole.down.step), format: .jpeg).shrink
        guard header.width / shrink * (header.height / shrink) <= Self.maximumArea else { return nil }
        return reduce(try TurboJPEG.decode(file, shrink: shrink), to: whole.divided(by: Double(shrink)))
    }

    private func reduce(_ picture: PlanarPicture, to window: Window) -> PlanarPicture? {
        let chroma: PlanarPicture.Chroma =
            picture.chroma == .none ? .none : plan.quality < Self.fullChromaQuality ? .quarter : .full
        var result = PlanarPicture(width: window.across.count, height: window.down.count, chroma: chroma)
        let (stored, wanted) = (picture.planes, result.planes)
        guard let luma = window.reducer(of: stored[0], to: wanted[0], reach: (1, 1), (1, 1)),
            let chroma = stored.count == 1
                ? luma : window.reducer(of: stored[1], to: wanted[1], reach: picture.chroma.reach, chroma.reach)
        else { return nil }
        for (index, (from, to)) in zip(stored, wanted).enumerated() {
            var reducer = index == 0 ? luma : chroma
            for row in 0..<from.height where !reducer.isComplete {
                reducer.take(picture.samples.span.bytes.extracting(from.row(row)))
            }
            result.set(to, to: reducer.samples)
        }
        return result
    }
}

/// The part of a stored picture that becomes the result, in pixels that need not be whole.
private struct Window {
    struct Axis {
        var start: Double
        /// Pixels of the file from one pixel of the result to the next.
        var step: Double
        /// Pixels of the result.
        let count: Int

        func reduction(of stored: Int, to reduced: Int, reach: Int, _ wanted: Int) -> AxisReduction? {
            AxisReduction(
                stored, to: reduced, from: start / Double(reach), step: step * Double(wanted) / Double(reach))
        }
    }

    private(set) var across: Axis, down: Axis

    init(_ plan: RenderPlan, of file: PixelSize) {
        let (page, region, halves) = (plan.page, plan.region, plan.cut?.gravity.halves ?? (0, 0))
        let cut = PixelSize(
            min(plan.cut?.size.width ?? .max, plan.scaled.width), min(plan.cut?.size.height ?? .max, plan.scaled.height)
        )
        across = Self.axis(
            Double(file.width) / Double(page.width), region.x, region.size.width, to: plan.scaled.width,
            cut: cut.width, halves.0)
        down = Self.axis(
            Double(file.height) / Double(page.height), region.y, region.size.height, to: plan.scaled.height,
            cut: cut.height, halves.1)
    }

    private static func axis(
        _ scale: Double, _ start: Int, _ length: Int, to scaled: Int, cut: Int, _ halves: Int
    ) -> Axis {
        let step = Double(length) * scale / Double(scaled)
        return Axis(start: Double(start) * scale + Double((scaled - cut) * halves / 2) * step, step: step, count: cut)
    }

    /// For a plane of which each sample reaches over so many pixels, in the file and in the result.
    func reducer(
        of stored: PlanarPicture.Plane, to wanted: PlanarPicture.Plane, reach: (across: Int, down: Int),
        _ wantedReach: (across: Int, down: Int)
    ) -> PictureReducer? {
        guard
            let across = across.reduction(of: stored.width, to: wanted.width, reach: reach.across, wantedReach.across),
            let down = down.reduction(of: stored.height, to: wanted.height, reach: reach.down, wantedReach.down)
        else { return nil }
        return PictureReducer(across: across, down: down, bands: .grey)
    }

    func divided(by shrink: Double) -> Window {
        var result = self
        (result.across.start, result.across.step) = (across.start / shrink, across.step / shrink)
        (result.down.start, result.down.step) = (down.start / shrink, down.step / shrink)
        return result
    }
}
