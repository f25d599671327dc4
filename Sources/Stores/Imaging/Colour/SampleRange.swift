internal import Vips

/// Brings samples of 32 and more bits, which TIFF files of science and of printing have, into the range of 16 bits.
enum SampleRange {
    /// The picture itself if its samples have at most 16 bits; the usual range of floating-point samples is 0 to 1, and
    /// that of whole numbers all of their own.
    ///
    /// Floating-point samples are the codes of a picture as 8 bits are, whether it has one band or three: files do not
    /// say that they are linear, except by a profile.
    static func usual(_ image: VipsImage) throws(VipsError) -> VipsImage {
        let scale: Double
        switch image.sampleFormat {
        case "float", "double": scale = 65_535
        case "uint": scale = 65_535 / 4_294_967_295
        default: return image
        }
        guard let interpretation = interpretation(of: image) else { return image }
        let linear = try VipsOperation("linear")
        linear.set("in", image)
        linear.set("a", [scale])
        // A cast drops what is behind the point.
        linear.set("b", [0.5])
        let samples = try Colour.cast(linear.run().image(), to: "ushort")
        let copy = try VipsOperation("copy")
        copy.set("in", samples)
        try copy.set("interpretation", choice: interpretation)
        return try copy.run().image()
    }

    /// The picture of which the samples are the bits of floating-point numbers.
    static func ofHalfFloats(_ image: VipsImage) throws(VipsError) -> VipsImage {
        guard image.sampleFormat == "ushort" else { return image }
        return try image.replacing(by: (0...UInt16.max).map(code))
    }

    /// The code of 16 bits of a floating-point number (IEEE 754, binary16); 0 for what is no number.
    private static func code(halfFloat bits: UInt16) -> UInt16 {
        let (exponent, fraction) = (Int(bits >> 10 & 31), Double(bits & 1023) / 1024)
        guard bits >> 15 == 0, exponent < 31 || fraction == 0 else { return 0 }
        let value =
            exponent == 0
            ? Double(sign: .plus, exponent: -14, significand: fraction)
            : Double(sign: .plus, exponent: exponent - 15, significand: 1 + fraction)
        return UInt16((min(1, value) * 65_535).rounded())
    }

    /// Nil for colours that are not counted in such a range, as those of Lab.
    private static func interpretation(of image: VipsImage) -> String? {
        switch image.interpretation {
        case "b-w", "grey16": "grey16"
        case "multiband": image.bands < 3 ? "grey16" : "rgb16"
        case "srgb", "rgb16", "scrgb", "rgb": "rgb16"
        case "cmyk": "cmyk"
        default: nil
        }
    }
}
