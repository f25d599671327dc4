public import Domain

/// The formats among which one is chosen automatically, the one that the client prefers first.
public struct AcceptedFormats: Hashable, Sendable {
    /// The formats that a choice is made of; of two that the client likes equally well, the smaller one comes first.
    public static let candidates: [ImageFormat] = [.avif, .webp, .jpeg, .png, .gif]
    /// Candidates that a client has to name, because not every client understands them.
    public static let named: [ImageFormat] = [.avif, .webp]
    /// Formats that every client understands.
    public static let usual = AcceptedFormats { named.contains($0) ? 0 : 1 }

    /// Best first.
    public let formats: [ImageFormat]

    /// - Parameter weight: how much the client wants a format, from 0 (not at all) to 1.
    public init(weight: (ImageFormat) -> Double) {
        let weighted = Self.candidates.enumerated().map { (order: $0, format: $1, weight: weight($1)) }
        formats = weighted.filter { $0.weight > 0 }
            .sorted { ($1.weight, $0.order) < ($0.weight, $1.order) }
            .map(\.format)
    }

    /// - Parameter formats: the accepted ones, best first.
    init(formats: [ImageFormat]) { self.formats = formats }

    /// The formats for a picture, best first, at least one. If the client accepts none that can hold the picture, it
    /// gets the usual one nevertheless (RFC 9110, section 12.4.1).
    ///
    /// - Parameters:
    ///   - isMoving: whether it is an animation.
    ///   - isSeeThrough: whether it may have transparent pixels that are to be kept.
    ///   - isLossless: whether no colour is to be changed, if the client accepts such a format.
    func formats(
        isMoving: Bool, isSeeThrough: Bool, isLossless: Bool = false
    ) -> (best: ImageFormat, others: [ImageFormat]) {
        let fitting: [ImageFormat]
        let lossless = formats.filter { [.webp, .png].contains($0) }
        if isLossless, let best = lossless.first { return (best, Array(lossless.dropFirst())) }
        if isMoving {
            fitting = formats.filter(\.isAnimatable)
        } else if isSeeThrough {
            fitting = formats.filter { $0.hasAlpha && $0 != .gif }
        } else {
            // A PNG of a photo is ten times as large as a JPEG, so it is made only if JPEG is not accepted.
            let excluded: [ImageFormat] = formats.contains(.jpeg) ? [.png, .gif] : [.gif]
            fitting = formats.filter { !excluded.contains($0) }
        }
        guard let best = fitting.first else { return (isMoving ? .gif : isSeeThrough ? .png : .jpeg, []) }
        return (best, Array(fitting.dropFirst()))
    }
}
