/// A size computed for a region.
struct ResolvedSize {
    /// The size of the resized region, with fractions of pixels.
    private(set) var width: Double, height: Double
    private(set) var cut: RenderPlan.Placement?
    private(set) var canvas: RenderPlan.Placement?

    /// - Parameter rotation: the rotation of the result: the box around it has to be within the limits, too.
    init(
        _ region: PixelSize, to size: Size, rotation: Rotation, limits: RenderLimits
    ) throws(TransformationError) {
        (width, height) = (Double(region.width), Double(region.height))
        let room = limits.room(for: width, height, rotation)
        switch size {
        case .natural: if room < 1 { scale(into: room) }
        case .whole: break
        case .largest: scale(into: room)
        case .percent(let percent, let enlargement): multiply(by: try Self.factor(percent / 100, enlargement))
        case .box(let boxWidth, let boxHeight, let fit, let enlargement):
            try fill(boxWidth, boxHeight, fit, enlargement)
        }
    }

    /// The size of the resized region, in whole pixels.
    ///
    /// What is cut away counts only by its area: it is held in memory, but not made.
    func pixels(limits: RenderLimits) throws(TransformationError) -> PixelSize {
        try Self.whole(width, height, limits: cut == nil ? limits : RenderLimits(side: .max, area: limits.area))
    }

    /// Rounded down, so that rounding does not exceed a limit.
    private mutating func scale(into room: Double) {
        multiply(by: room)
        (width, height) = (max(1, width.rounded(.down)), max(1, height.rounded(.down)))
    }

    private mutating func multiply(by factor: Double) { (width, height) = (width * factor, height * factor) }

    private mutating func fill(
        _ boxWidth: Double?, _ boxHeight: Double?, _ fit: Size.Fit, _ enlargement: Size.Enlargement
    ) throws(TransformationError) {
        guard let boxWidth, let boxHeight else {
            let factor = boxWidth.map { $0 / width } ?? boxHeight.map { $0 / height } ?? 1
            return multiply(by: try Self.factor(factor, enlargement))
        }
        let (horizontal, vertical) = (boxWidth / width, boxHeight / height)
        switch fit {
        case .inside: multiply(by: try Self.factor(min(horizontal, vertical), enlargement))
        case .fill:
            let largest = max(horizontal, vertical)
            let shrink = try Self.factor(largest, enlargement) / largest
            (width, height) = (boxWidth * shrink, boxHeight * shrink)
        case .contain(let gravity):
            let natural = min(horizontal, vertical)
            let factor = try Self.factor(natural, enlargement)
            multiply(by: factor)
            canvas = try Self.place(boxWidth, boxHeight, factor / natural, gravity)
        case .cover(let gravity):
            let natural = max(horizontal, vertical)
            let factor = try Self.factor(natural, enlargement)
            multiply(by: factor)
            cut = try Self.place(boxWidth, boxHeight, factor / natural, gravity)
        }
    }

    /// The factor, after applying the request's choice for enlarging.
    private static func factor(_ factor: Double, _ enlargement: Size.Enlargement) throws(TransformationError) -> Double
    {
        guard factor > 1, enlargement != .allowed else { return factor }
        guard enlargement == .never else {
            throw TransformationError(
                .enlarged, "The result would have more pixels than the region: ask for a smaller size, or with ^.")
        }
        return 1
    }

    private static func place(
        _ width: Double, _ height: Double, _ shrink: Double, _ gravity: Gravity
    ) throws(TransformationError) -> RenderPlan.Placement {
        RenderPlan.Placement(size: try whole(width * shrink, height * shrink, limits: RenderLimits()), gravity: gravity)
    }

    private static func whole(
        _ width: Double, _ height: Double, limits: RenderLimits
    ) throws(TransformationError) -> PixelSize {
        guard width >= 0.5, height >= 0.5 else { throw TransformationError.belowOnePixel }
        guard width < 1e6, height < 1e6 else {
            throw TransformationError(.tooLarge, "The result would be larger than \(limits.side) pixels a side.")
        }
        let size = PixelSize(Int(width.rounded()), Int(height.rounded()))
        try limits.check(size)
        return size
    }
}
