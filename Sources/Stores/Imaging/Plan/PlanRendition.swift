internal import Domain
internal import SystemIO
internal import Transformations
internal import Vips

/// Makes one rendition as a plan says.
struct PlanRendition {
    let source: ImageSource
    let limits: ImagingLimits
    let plan: RenderPlan
    /// Of a pyramid, which one is read; nil for any other file.
    let level: Int?

    func render(to output: FileDescriptor) throws(ImagingError) -> RenderedFile {
        let planar = JPEGFastPathRendition(source: source, limits: limits, plan: plan)
        let isPlain = planar?.isPlain ?? false
        if isPlain, let file = try planar?.render(to: output) { return file }
        let opened = PlanExtract.whole(plan, level: level)
        let header = try Inspection.header(of: source, opened, limits: limits)
        if !isPlain, JPEGFastPathDecoder.suits(header, source), let file = try planar?.render(to: output) {
            return file
        }
        var picture: VipsImage
        do throws(VipsError) {
            picture = try plan.isAnimated ? animation(header) : still(header)
            if plan.keepsMetadata, let block = source.exifBlock(header) {
                picture = try picture.replacingFields(blobs: ["exif-data": block])
            }
        } catch {
            throw Failures.decoding("The image is damaged or incomplete: its pixels cannot all be decoded.", limits)
        }
        let encoding = Encoding(
            format: plan.format, quality: plan.quality, effort: plan.encoding.effort,
            isLossless: plan.encoding.isLossless,
            keepsMetadata: plan.keepsMetadata, isBitonal: plan.tone == .bitonal,
            pageHeight: plan.isAnimated ? plan.result.height : nil)
        return try encoding.write(picture, to: output)
    }

    /// One page, with all its pixels in memory.
    private func still(_ header: VipsImage) throws(VipsError) -> VipsImage {
        let extract = PlanExtract(header, source: source, plan: plan, level: level)
        let isConverting = Colour.needsConversion(header)
        let decoded: VipsImage
        do throws(VipsError) {
            decoded = try extract.decode(converting: isConverting, isFirst: true)
        } catch {
            // A broken profile is no reason to show nothing: its numbers are then taken for sRGB.
            guard isConverting else { throw error }
            decoded = try extract.decode(converting: false, isFirst: false)
        }
        return try finish(Colour.opaqueWherePossible(decoded), orientation: extract.orientation)
    }

    /// Every frame by itself, and all of them one below the other as libvips wants them.
    private func animation(_ header: VipsImage) throws(VipsError) -> VipsImage {
        let frames = try source.open(ImageSource.Options(pages: -1)).inMemory()
        let height = header.height
        let count = max(1, frames.height / max(1, height))
        let isConverting = Colour.needsConversion(header)
        var pictures: [VipsImage] = []
        for index in 0..<count {
            let frame = try Crop.cut(frames, x: 0, y: index * height, PixelSize(frames.width, height))
                .replacingFields(without: ["n-pages", "page-height"])
            let extract = PlanExtract(header, source: source, plan: plan, level: level)
            let decoded = try extract.reduce(frame, converting: isConverting)
            pictures.append(try finish(decoded, orientation: extract.orientation).inMemory())
        }
        let join = try VipsOperation("arrayjoin")
        join.set("in", pictures)
        join.set("across", 1)
        return try join.run().image().replacingFields(
            integers: ["page-height": plan.result.height, "n-pages": count, "loop": header.integer("loop") ?? 0],
            lists: ["delay": Self.delays(frames, count: count)])
    }

    private static func delays(_ frames: VipsImage, count: Int) -> [Int] {
        let delays = frames.integers("delay")
        return (0..<count).map { $0 < delays.count ? delays[$0] : 100 }
    }

    /// What follows the decoding, in the order of the plan.
    private func finish(_ decoded: VipsImage, orientation: Rotation) throws(VipsError) -> VipsImage {
        var picture = try Rotate.turn(decoded, by: orientation, over: plan.background)
        picture = try Rotate.turn(picture, by: plan.turn, over: plan.background)
        picture = try Resizing.stretch(
            picture, to: plan.scaled, converting: false, keepingFields: plan.keepsMetadata)
        if let cut = plan.cut { picture = try Crop.cut(picture, to: cut) }
        if let canvas = plan.canvas { picture = try Canvas.lay(picture, on: canvas, plan.background) }
        picture = try Rotate.turn(picture, by: plan.rotation, over: plan.background)
        if picture.width != plan.result.width || picture.height != plan.result.height {
            let whole = RenderPlan.Placement(size: plan.result, gravity: .center)
            picture = try Canvas.lay(picture, on: whole, plan.background)
        }
        picture = try Blur(sigma: plan.blur).applied(to: picture)
        picture = try Filters.sharpen(picture, plan.sharpening)
        picture = try Canvas.flatten(picture, plan.background, format: plan.format, tone: plan.tone)
        return try Colour.screen(Filters.tone(picture, plan.tone))
    }
}
