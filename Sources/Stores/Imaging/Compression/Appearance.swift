internal import Vips

/// The properties of a picture that are compared: its luminance, over white and, if it has transparency, over black
/// too; and its colours, at a lower resolution.
struct Appearance {
    private let width: Int, height: Int
    private var overWhite: [UInt8] = []
    /// Empty if the picture is opaque.
    private var overBlack: [UInt8] = []
    private var colours: ColourMeans

    /// The number of pixels that are read at once.
    private static let stripPixels = 1 << 20

    /// Reads a picture of 8 bits a sample, grey or sRGB.
    init(of picture: VipsImage) throws(VipsError) {
        (width, height) = (picture.width, picture.height)
        colours = ColourMeans(width: width, height: height)
        let strip = max(1, Self.stripPixels / max(1, width))
        let (bands, hasAlpha) = (picture.bands, picture.hasAlpha)
        overWhite.reserveCapacity(width * height)
        for top in stride(from: 0, to: height, by: strip) {
            let rows = min(strip, height - top)
            let samples = try picture.samples(x: 0, y: top, width: width, height: rows)
            append(samples, bands: bands, hasAlpha: hasAlpha)
        }
    }

    /// Whether two pictures look the same, within the bounds of the compressor.
    func isSame(as other: Appearance) -> Bool {
        guard let similarity = similarity(to: other) else { return false }
        return CompressionBounds.isSame(similarity)
            && CompressionBounds.isSame(colours: colours.difference(to: other.colours))
    }

    /// The similarity of the luminance of two pictures; nil if their sizes differ.
    private func similarity(to other: Appearance) -> StructuralSimilarity? {
        guard width == other.width, height == other.height else { return nil }
        let overWhite = StructuralSimilarity(overWhite, other.overWhite, width: width, height: height)
        if overBlack.isEmpty && other.overBlack.isEmpty { return overWhite }
        return overWhite.least(
            StructuralSimilarity(
                overBlack.isEmpty ? self.overWhite : overBlack,
                other.overBlack.isEmpty ? other.overWhite : other.overBlack, width: width, height: height))
    }

    private mutating func append(_ samples: [UInt8], bands: Int, hasAlpha: Bool) {
        for row in stride(from: 0, to: samples.count - width * bands + 1, by: width * bands) {
            let y = overWhite.count / width
            for x in 0..<width { append(samples, at: row + x * bands, bands: bands, hasAlpha: hasAlpha, x: x, y: y) }
        }
    }

    @inline(__always)
    private mutating func append(_ samples: [UInt8], at pixel: Int, bands: Int, hasAlpha: Bool, x: Int, y: Int) {
        let alpha = hasAlpha ? Int(samples[pixel + bands - 1]) : 255
        var light = Int(samples[pixel])
        if bands >= 3 {
            let (red, green, blue) = (samples[pixel], samples[pixel + 1], samples[pixel + 2])
            light = Self.luminance(red, green, blue)
            colours.add(x: x, y: y, red, green, blue, alpha: alpha)
        }
        guard hasAlpha else {
            overWhite.append(UInt8(truncatingIfNeeded: light))
            return
        }
        let shown = (light &* alpha &+ 127) / 255
        overBlack.append(UInt8(truncatingIfNeeded: shown))
        overWhite.append(UInt8(truncatingIfNeeded: shown &+ 255 &- alpha))
    }

    /// Luminance by ITU-R BT.601, rounded: in dark parts one step makes a difference.
    private static func luminance(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Int {
        (19595 &* Int(red) &+ 38470 &* Int(green) &+ 7471 &* Int(blue) &+ 0x8000) >> 16
    }
}
