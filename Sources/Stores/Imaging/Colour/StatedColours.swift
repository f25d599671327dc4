internal import Domain
internal import FileFormats
internal import JPEGXL
internal import Vips

/// What a file says of its colours in ways that libvips 8.14 does not read (docs/decisions/0044).
///
/// It is brought into the picture where a file is opened, so that all that is made of it shows the same colours: as a
/// profile, which is converted where embedded ones are, or in its samples.
struct StatedColours {
    private let curve: TransferCurve
    private let chromaticities: Chromaticities
    private let isUsual: Bool
    private let isPremultiplied: Bool
    private var areHalfFloats = false

    /// - Parameters:
    ///   - areHalfFloats: whether samples of 16 bits are those of floating-point numbers.
    ///   - jpegXL: the header of a JPEG XL file.
    init(of file: VipsSource, format: ImageFormat, areHalfFloats: Bool, jpegXL: JPEGXLFile?) {
        var window = ByteWindow(count: Int64(file.count)) { file.bytes(at: $0, count: $1) }
        switch format {
        case .heic, .avif:
            let stated = try? HEIFColour(&window)
            self.init(stated?.codePoints, isPremultiplied: stated?.isPremultiplied ?? false)
        case .png:
            let stated = try? PNGHead(&window)
            if let points = stated?.codePoints {
                self.init(points)
            } else {
                self.init(exponent: stated?.exponent, chromaticities: stated?.chromaticities)
            }
        case .jxl: self.init(nil, isPremultiplied: jpegXL?.isPremultiplied ?? false)
        default: self.init(nil)
        }
        self.areHalfFloats = areHalfFloats
    }

    private init(_ points: CodePoints?, isPremultiplied: Bool = false) {
        let points = points ?? CodePoints(primaries: 1, transfer: 13)
        (curve, chromaticities) = (TransferCurve(points), Chromaticities(codePoint: points.primaries))
        let isCurveUsual = if case .sRGB = curve { true } else { false }
        isUsual = isCurveUsual && chromaticities.points == Chromaticities(codePoint: 1).points
        self.isPremultiplied = isPremultiplied
    }

    private init(exponent: Double?, chromaticities: [Double]?) {
        curve = exponent.map(TransferCurve.exponent) ?? .sRGB
        self.chromaticities = chromaticities.map(Chromaticities.init) ?? Chromaticities(codePoint: 1)
        isUsual = exponent == nil && chromaticities == nil
        isPremultiplied = false
    }

    /// The opened picture with its colours as other files state them. Nothing is computed before pixels are read.
    func applied(to image: VipsImage) throws(VipsError) -> VipsImage {
        if areHalfFloats { return try SampleRange.ofHalfFloats(image) }
        let image = try SampleRange.usual(isPremultiplied ? unpremultiplied(image) : image)
        guard !isUsual, Colour.profile(of: image) == nil, let profile = profile(forBands: image.bands) else {
            return image
        }
        return try image.replacingFields(blobs: [Colour.profileField: profile])
    }

    private func profile(forBands bands: Int) -> [UInt8]? {
        bands < 3
            ? ProfileEncoding.grey(curve)
            : chromaticities.colorants.map { ProfileEncoding.colour($0, curve) }
    }

    private func unpremultiplied(_ image: VipsImage) throws(VipsError) -> VipsImage {
        guard image.hasAlpha else { return image }
        let divide = try VipsOperation("unpremultiply")
        divide.set("in", image)
        divide.set("max-alpha", image.sampleFormat == "ushort" ? 65_535.0 : 255)
        let round = try VipsOperation("round")
        round.set("in", try divide.run().image())
        try round.set("round", choice: "rint")
        return try Colour.cast(round.run().image(), to: image.sampleFormat)
    }
}
