internal import Domain
internal import Vips

/// Tells graphics (icons, logos, pixel art, charts, screenshots), whose colours lossy encodings smear, from photographs
/// (docs/decisions/0048).
enum GraphicRecognition {
    /// Pixels of icons: a lossless file of those is small whatever they show.
    private static let iconPixels = 4096
    /// Rows that are looked at, evenly spread.
    private static let rows = 256
    /// Colours that no photograph makes do with.
    private static let fewColours = 16
    /// Shades of grey of drawings; grey photographs have more, and lose no colours.
    private static let fewGreys = 32
    /// The most colours of a graphic, and how many pixels there are for each at least.
    private static let mostColours = 16_384, pixelsForColour = 16
    /// Colours of a palette, which any graphic may have.
    private static let palette = 256

    /// Whether a decoded picture, of 8 bits a sample, is a graphic.
    ///
    /// - Parameter format: of its file; photographs alone are kept in some.
    static func isGraphic(_ picture: VipsImage, from format: ImageFormat) throws(VipsError) -> Bool {
        guard !format.isPhotographic else { return false }
        let pixels = picture.width * picture.height
        guard pixels > iconPixels else { return true }
        let step = max(1, picture.height / rows)
        let seen = picture.width * ((picture.height + step - 1) / step)
        var census = ColourCensus(limit: min(mostColours, max(palette, seen / pixelsForColour)))
        for row in stride(from: 0, to: picture.height, by: step) {
            let samples = try picture.samples(x: 0, y: row, width: picture.width, height: 1)
            census.add(samples, bands: picture.bands, hasAlpha: picture.hasAlpha)
            if census.isExceeded { return false }
        }
        if census.colours.count <= fewColours { return true }
        if census.isGrey { return census.colours.count <= fewGreys }
        // Of a photograph with few colours, most pixels differ from the one beside them.
        return 2 * census.repeated >= census.pixels
    }
}

/// The distinct colours of rows of a picture.
private struct ColourCensus {
    private(set) var colours: Set<UInt32> = []
    private(set) var isGrey = true
    /// Pixels, and how many of them have the colour of the one before.
    private(set) var pixels = 0, repeated = 0
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    var isExceeded: Bool { colours.count > limit }

    /// Adds a row. What is wholly transparent has one colour.
    mutating func add(_ samples: [UInt8], bands: Int, hasAlpha: Bool) {
        var last: UInt32?
        for start in stride(from: 0, to: samples.count - bands + 1, by: bands) {
            let alpha = hasAlpha ? samples[start + bands - 1] : 255
            let (red, green, blue) =
                bands < 3
                ? (samples[start], samples[start], samples[start])
                : (samples[start], samples[start + 1], samples[start + 2])
            let colour =
                alpha == 0 ? 0 : UInt32(red) << 24 | UInt32(green) << 16 | UInt32(blue) << 8 | UInt32(alpha)
            pixels += 1
            if colour == last {
                repeated += 1
                continue
            }
            last = colour
            if alpha > 0, red != green || green != blue { isGrey = false }
            colours.insert(colour)
            if isExceeded { return }
        }
    }
}
