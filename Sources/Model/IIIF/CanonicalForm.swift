internal import Domain
public import Transformations

extension ImageRequest {
    /// The last four components of the canonical path for the same picture (section 4.7).
    ///
    /// - Parameter plan: the plan of the request's transformation for the image.
    public func canonicalPath(_ plan: RenderPlan) -> String {
        let region = plan.region
        let whole = PixelRectangle(x: 0, y: 0, size: plan.page)
        let regionText =
            region == whole ? "full" : "\(region.x),\(region.y),\(region.size.width),\(region.size.height)"
        return "\(regionText)/\(Self.size(plan))/\(Self.rotation(plan.rotation))/\(quality).\(name)"
    }

    private static func size(_ plan: RenderPlan) -> String {
        let (region, scaled) = (plan.region.size, plan.scaled)
        if scaled == region { return "max" }
        let isEnlarged = scaled.width > region.width || scaled.height > region.height
        return "\(isEnlarged ? "^" : "")\(scaled.width),\(scaled.height)"
    }

    private static func rotation(_ rotation: Rotation) -> String {
        let degrees = rotation.degrees
        let text = degrees == degrees.rounded() ? "\(Int(degrees))" : "\(degrees)"
        return (rotation.isMirrored ? "!" : "") + text
    }

    private var quality: String {
        switch transformation.tone {
        case .colour: "default"
        case .grey: "gray"
        case .bitonal: "bitonal"
        }
    }

    private var name: String { Self.formats.first { $0.format == format }?.name ?? format.fileExtension }
}
