internal import Domain
internal import Transformations
internal import Vips

/// The part of a stored picture that a plan needs, decoded no larger than that.
///
/// A plan speaks of the upright original. The file at hand may be a smaller copy of it, and may lie on its side.
struct PlanExtract {
    /// Turns the stored picture upright.
    let orientation: Rotation
    private let header: VipsImage
    private let source: ImageSource
    private let plan: RenderPlan
    private let level: Int?
    /// Of the file, as stored.
    private let width: Double, height: Double
    private let exifOrientation: Int

    /// - Parameter header: of the source, opened as `whole` says.
    init(_ header: VipsImage, source: ImageSource, plan: RenderPlan, level: Int?) {
        (self.header, self.source, self.plan, self.level) = (header, source, plan, level)
        (width, height) = (Double(header.width), Double(header.height))
        exifOrientation = source.orientation(ofPage: plan.pageIndex)
        orientation = Rotation(exifOrientation: exifOrientation)
    }

    /// How a file is opened of which nothing is known yet.
    ///
    /// - Parameter level: of a pyramid, of which only those tiles are read then that the region lies in.
    static func whole(_ plan: RenderPlan, level: Int?) -> ImageSource.Options {
        ImageSource.Options(isRandomAccess: level != nil, page: plan.pageIndex, level: level ?? 0)
    }

    /// Decodes, takes the region, and reduces it to the size that the plan needs, as stored.
    ///
    /// - Parameter isFirst: whether nothing was decoded yet: what was opened for its header goes on from there then.
    func decode(converting: Bool, isFirst: Bool) throws(VipsError) -> VipsImage {
        let options = options
        let isOpen = isFirst && options == Self.whole(plan, level: level)
        return try reduce(isOpen ? header : source.open(options), converting: converting)
    }

    /// The region of an opened picture at the size that the plan needs, in memory.
    func reduce(_ image: VipsImage, converting: Bool) throws(VipsError) -> VipsImage {
        let region = storedRegion
        let (x, y) = (Double(image.width) / width, Double(image.height) / height)
        let left = min(image.width - 1, Int((region.x * x).rounded()))
        let top = min(image.height - 1, Int((region.y * y).rounded()))
        let right = min(image.width, max(left + 1, Int(((region.x + region.width) * x).rounded())))
        let bottom = min(image.height, max(top + 1, Int(((region.y + region.height) * y).rounded())))
        let cut = try Crop.cut(image, x: left, y: top, PixelSize(right - left, bottom - top))
        let reduced = try Resizing.stretch(
            cut, to: storedTarget, converting: converting, keepingFields: plan.keepsMetadata)
        return try Colour.screen(reduced).inMemory()
    }

    /// The size of the region before it is turned.
    private var target: PixelSize {
        guard let quarterTurns = plan.turn.quarterTurns else {
            let scale = plan.scale
            let size = plan.region.size
            return PixelSize(
                max(1, Int((Double(size.width) * scale).rounded())),
                max(1, Int((Double(size.height) * scale).rounded())))
        }
        return quarterTurns % 2 == 0 ? plan.scaled : plan.scaled.transposed
    }

    private var isTransposed: Bool { exifOrientation >= 5 }

    private var storedTarget: PixelSize { isTransposed ? target.transposed : target }

    /// How much smaller the file's picture is than the original, upright.
    private var shrinkage: (across: Double, down: Double) {
        if let level {
            // By its size alone it seems to be stretched if halving has dropped what was left of an odd side.
            let halved = Double(sign: .plus, exponent: -level, significand: 1)
            return (halved, halved)
        }
        let upright = isTransposed ? (width: height, height: width) : (width: width, height: height)
        return (upright.width / Double(plan.page.width), upright.height / Double(plan.page.height))
    }

    private struct Rectangle {
        var x: Double, y: Double, width: Double, height: Double
    }

    /// The plan's region in pixels of the stored file.
    private var storedRegion: Rectangle {
        let (across, down) = shrinkage
        let upright = (width: Double(plan.page.width) * across, height: Double(plan.page.height) * down)
        let x = Double(plan.region.x) * across, y = Double(plan.region.y) * down
        let regionWidth = Double(plan.region.size.width) * across
        let regionHeight = Double(plan.region.size.height) * down
        let (right, bottom) = (upright.width - x - regionWidth, upright.height - y - regionHeight)
        // Where each edge of the upright region lies in the file (CIPA DC-008, 4.6.4 A).
        switch exifOrientation {
        case 2: return Rectangle(x: right, y: y, width: regionWidth, height: regionHeight)
        case 3: return Rectangle(x: right, y: bottom, width: regionWidth, height: regionHeight)
        case 4: return Rectangle(x: x, y: bottom, width: regionWidth, height: regionHeight)
        case 5: return Rectangle(x: y, y: x, width: regionHeight, height: regionWidth)
        case 6: return Rectangle(x: y, y: right, width: regionHeight, height: regionWidth)
        case 7: return Rectangle(x: bottom, y: right, width: regionHeight, height: regionWidth)
        case 8: return Rectangle(x: bottom, y: x, width: regionHeight, height: regionWidth)
        default: return Rectangle(x: x, y: y, width: regionWidth, height: regionHeight)
        }
    }

    private var options: ImageSource.Options {
        let region = storedRegion, target = storedTarget
        let factor = min(region.width / Double(target.width), region.height / Double(target.height))
        let scaling = ShrinkOnLoad.options(for: factor, format: source.format)
        var options = Self.whole(plan, level: level)
        (options.shrink, options.scale) = (scaling.shrink, scaling.scale)
        // No canvas larger than a renderer of drawings takes: the rest is enlarged afterwards.
        if source.format.isDrawing { options.scale = min(options.scale, 16_383 / max(width, height)) }
        return options
    }
}

extension Rotation {
    /// What turns a picture of an Exif orientation (1 to 8) upright.
    init(exifOrientation: Int) {
        let mirrored = [2, 4, 5, 7].contains(exifOrientation)
        let degrees: Double =
            switch exifOrientation {
            case 3, 4: 180
            case 5, 8: 270
            case 6, 7: 90
            default: 0
            }
        self.init(isMirrored: mirrored, degrees: degrees)
    }
}
