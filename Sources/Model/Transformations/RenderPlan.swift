public import Domain

/// A transformation with all numbers computed for one image: equal results have equal plans.
public struct RenderPlan: Hashable, Sendable, Codable {
    /// The position of a picture on a canvas, or of the part of it that is kept.
    public struct Placement: Hashable, Sendable, Codable {
        public let size: PixelSize
        public let gravity: Gravity

        public init(size: PixelSize, gravity: Gravity) { (self.size, self.gravity) = (size, gravity) }
    }

    /// How the result is encoded.
    public struct Encoding: Hashable, Sendable, Codable {
        public let format: ImageFormat
        /// 1 to 100; 0 if nothing is lost.
        public let quality: Int
        /// How hard the encoder of AVIF tries: 0 (fast) to 9 (small files). 0 for other formats.
        public let effort: Int
        /// Whether every pixel keeps its colour in a format that can be lossy, too.
        public let isLossless: Bool
    }

    /// Costs two to three times as much as WebP, for files a third smaller (docs/decisions/0038).
    public static let usualAVIFEffort = 1

    /// The upright size of the page, in which the region is given.
    public let page: PixelSize
    /// From 0.
    public let pageIndex: Int
    public let isAnimated: Bool
    public let region: PixelRectangle
    /// Before the size.
    public let turn: Rotation
    /// The size of the rotated region.
    public let scaled: PixelSize
    /// The part of the resized picture that is kept; nil for all.
    public let cut: Placement?
    /// The canvas that the picture is placed on; nil for none.
    public let canvas: Placement?
    /// After the size.
    public let rotation: Rotation
    public let background: Background?
    public let blur: Double, sharpening: Double
    public let tone: Tone
    public private(set) var encoding: Encoding
    public let keepsMetadata: Bool
    public let isFromOriginal: Bool
    /// The result's size.
    public let result: PixelSize

    public var format: ImageFormat { encoding.format }
    /// 1 to 100; 0 for lossless formats.
    public var quality: Int { encoding.quality }

    /// The same picture, encoded differently.
    func encoded(as encoding: Encoding) -> RenderPlan {
        var plan = self
        plan.encoding = encoding
        return plan
    }

    /// The scale of the result: 0.5 if each side needs half as many pixels as the page has.
    public var scale: Double {
        let turned = turn.box(of: region.size)
        return max(Double(scaled.width) / Double(turned.width), Double(scaled.height) / Double(turned.height))
    }

    /// The plan as one line; different plans for the same bytes have different lines.
    public var canonicalText: String {
        var parts = ["page=\(pageIndex)", "of=\(page.text)", "region=\(region.x),\(region.y),\(region.size.text)"]
        parts += [turn.text, "size=\(scaled.text)", cut?.text ?? "-", canvas?.text ?? "-", rotation.text]
        parts.append(background.map { "\($0.red),\($0.green),\($0.blue),\($0.alpha)" } ?? "-")
        parts += ["blur=\(blur)", "sharpen=\(sharpening)", tone.rawValue, format.rawValue, "q=\(quality)"]
        parts.append("\(isAnimated ? "a" : "-")\(keepsMetadata ? "m" : "-")\(isFromOriginal ? "o" : "-")")
        if encoding.isLossless { parts.append("lossless") }
        if format == .avif { parts.append("effort=\(encoding.effort)") }
        return parts.joined(separator: "|")
    }
}

extension PixelSize {
    fileprivate var text: String { "\(width)x\(height)" }
}

extension Rotation {
    fileprivate var text: String { "\(isMirrored ? "!" : "")\(degrees)" }
}

extension RenderPlan.Placement {
    fileprivate var text: String { "\(size.text)@\(gravity.rawValue)" }
}
