internal import Resampling
internal import Transformations
internal import TurboJPEG

/// The part of a picture in luma and chroma that becomes a smaller one, in pixels that need not be whole.
struct JPEGFastPathWindow {
    private struct Axis {
        var start: Double
        /// Pixels of the picture from one pixel of the result to the next.
        var step: Double
        /// Pixels of the result.
        let count: Int

        func divided(by shrink: Double) -> Axis { Axis(start: start / shrink, step: step / shrink, count: count) }

        func reduction(of stored: Int, to reduced: Int, reach: Int, _ wanted: Int) -> AxisReduction? {
            AxisReduction(
                stored, to: reduced, from: start / Double(reach), step: step * Double(wanted) / Double(reach))
        }
    }

    /// From this quality on chroma is kept at full size, as libvips does.
    private static let fullChromaQuality = 90

    private var across: Axis, down: Axis

    /// All of a picture.
    init(_ picture: PixelSize, to reduced: PixelSize) {
        across = Axis(start: 0, step: Double(picture.width) / Double(reduced.width), count: reduced.width)
        down = Axis(start: 0, step: Double(picture.height) / Double(reduced.height), count: reduced.height)
    }

    /// What a plan that only cuts and resizes takes of a file, which may be a smaller copy of the original.
    init(_ plan: RenderPlan, of file: PixelSize) {
        let (page, region, halves) = (plan.page, plan.region, plan.cut?.gravity.halves ?? (0, 0))
        across = Self.axis(
            Double(file.width) / Double(page.width), region.x, region.size.width, to: plan.scaled.width,
            cut: plan.cut?.size.width, halves.0)
        down = Self.axis(
            Double(file.height) / Double(page.height), region.y, region.size.height, to: plan.scaled.height,
            cut: plan.cut?.size.height, halves.1)
    }

    private static func axis(
        _ scale: Double, _ start: Int, _ length: Int, to scaled: Int, cut: Int?, _ halves: Int
    ) -> Axis {
        let step = Double(length) * scale / Double(scaled)
        let count = min(cut ?? scaled, scaled)
        return Axis(
            start: Double(start) * scale + Double((scaled - count) * halves / 2) * step, step: step, count: count)
    }

    /// How many times smaller the picture becomes, if that is least.
    var factor: Double { min(across.step, down.step) }

    /// The same part of a picture that was decoded smaller.
    func divided(by shrink: Int) -> JPEGFastPathWindow {
        var result = self
        (result.across, result.down) = (across.divided(by: Double(shrink)), down.divided(by: Double(shrink)))
        return result
    }

    /// The part of a picture in its new size.
    ///
    /// - Parameter quality: of the file that it is for: it decides the size of chroma.
    /// - Returns: nil if something would have to become larger, or much smaller.
    func reduce(_ picture: PlanarPicture, quality: Int) -> PlanarPicture? {
        let shape: PlanarPicture.Chroma =
            picture.chroma == .none ? .none : quality < Self.fullChromaQuality ? .quarter : .full
        if isAll(of: picture), shape == picture.chroma { return picture }
        var result = PlanarPicture(width: across.count, height: down.count, chroma: shape)
        let (stored, wanted) = (picture.planes, result.planes)
        guard let luma = reducer(of: stored[0], to: wanted[0], reach: (1, 1), (1, 1)),
            let chroma = stored.count == 1
                ? luma : reducer(of: stored[1], to: wanted[1], reach: picture.chroma.reach, shape.reach)
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

    private func isAll(of picture: PlanarPicture) -> Bool {
        across.count == picture.width && across.start == 0 && across.step == 1
            && down.count == picture.height && down.start == 0 && down.step == 1
    }

    /// For a plane of which each sample reaches over so many pixels, in the picture and in the result.
    private func reducer(
        of stored: PlanarPicture.Plane, to wanted: PlanarPicture.Plane, reach: (across: Int, down: Int),
        _ wantedReach: (across: Int, down: Int)
    ) -> PictureReducer? {
        guard
            let across = across.reduction(of: stored.width, to: wanted.width, reach: reach.across, wantedReach.across),
            let down = down.reduction(of: stored.height, to: wanted.height, reach: reach.down, wantedReach.down)
        else { return nil }
        return PictureReducer(across: across, down: down, bands: .grey)
    }
}
