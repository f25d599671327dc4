internal import Glibc

/// Mirroring, followed by a rotation.
public struct Rotation: Hashable, Sendable, Codable {
    /// Whether left and right are exchanged before the rotation.
    public var isMirrored: Bool
    /// Clockwise, from 0 to below 360.
    public var degrees: Double

    public static let none = Rotation(isMirrored: false, degrees: 0)

    public init(isMirrored: Bool, degrees: Double) {
        self.isMirrored = isMirrored
        let rest = degrees.truncatingRemainder(dividingBy: 360)
        self.degrees = rest < 0 ? rest + 360 : rest
    }

    /// The number of quarter turns; nil if it is not a whole number.
    public var quarterTurns: Int? {
        let quarters = degrees / 90
        return quarters == quarters.rounded() ? Int(quarters) : nil
    }

    /// The size of the upright box around a rotated picture (at least one pixel a side).
    public func box(of size: PixelSize) -> PixelSize {
        if let quarterTurns { return quarterTurns % 2 == 0 ? size : size.transposed }
        let extent = extent(Double(size.width), Double(size.height))
        return PixelSize(max(1, Int(extent.width.rounded())), max(1, Int(extent.height.rounded())))
    }

    /// The size of the box around a rotated picture, with fractions of pixels.
    func extent(_ width: Double, _ height: Double) -> (width: Double, height: Double) {
        let radians = degrees * .pi / 180
        let (sine, cosine) = (abs(sin(radians)), abs(cos(radians)))
        return (width * cosine + height * sine, width * sine + height * cosine)
    }
}
