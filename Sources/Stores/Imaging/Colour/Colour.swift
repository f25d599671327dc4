internal import FileFormats
internal import Vips

/// Conversion of colours to sRGB.
enum Colour {
    /// The maximum size of a profile in bytes.
    private static let profileLimit = 4 << 20

    static let profileField = "icc-profile-data"

    /// The embedded profile; nil if there is none.
    static func profile(of image: VipsImage) -> [UInt8]? { image.blob(profileField, limit: profileLimit) }

    /// Whether an embedded profile differs from sRGB: the conversion costs more than the rest of a rendition.
    static func needsConversion(_ header: VipsImage) -> Bool {
        guard let profile = profile(of: header) else { return false }
        return ICCProfile.isPlausible(profile) && !ICCProfile.isSRGB(profile)
    }

    /// The picture in 8 bits a sample, grey or sRGB.
    static func screen(_ image: VipsImage) throws(VipsError) -> VipsImage {
        let isGrey = image.bands < 3 && ["b-w", "grey16", "multiband"].contains(image.interpretation)
        let wanted = isGrey ? "b-w" : "srgb"
        if image.sampleFormat == "uchar", image.interpretation == wanted { return image }
        let operation = try VipsOperation("colourspace")
        operation.set("in", image)
        try operation.set("space", choice: wanted)
        let converted = try operation.run().image()
        return try bytes(converted)
    }

    /// The picture's samples, unconverted, in 8 bits.
    static func bytes(_ image: VipsImage) throws(VipsError) -> VipsImage {
        image.sampleFormat == "uchar" ? image : try cast(image, to: "uchar")
    }

    /// The picture's samples, unconverted, in a type that libvips calls so; what lies outside its range is cut.
    static func cast(_ image: VipsImage, to format: String) throws(VipsError) -> VipsImage {
        let cast = try VipsOperation("cast")
        cast.set("in", image)
        try cast.set("format", choice: format)
        return try cast.run().image()
    }

    /// The picture without its alpha channel if all pixels are opaque.
    static func opaqueWherePossible(_ image: VipsImage) throws(VipsError) -> VipsImage {
        guard image.hasAlpha else { return image }
        let least = try VipsOperation("min")
        least.set("in", try bands(of: image, from: image.bands - 1, count: 1))
        guard try least.run().number() >= 255 else { return image }
        return try bands(of: image, from: 0, count: image.bands - 1)
    }

    /// The picture without bands beyond its colours and alpha; no output format has others.
    static func withoutSurplus(_ image: VipsImage) throws(VipsError) -> VipsImage {
        let colours =
            switch image.interpretation {
            case "b-w", "grey16": 1
            case "multiband": image.bands < 3 ? 1 : 3
            case "cmyk": 4
            default: 3
            }
        return image.bands > colours + 1 ? try bands(of: image, from: 0, count: colours + 1) : image
    }

    private static func bands(of image: VipsImage, from first: Int, count: Int) throws(VipsError) -> VipsImage {
        let operation = try VipsOperation("extract_band")
        operation.set("in", image)
        operation.set("band", first)
        operation.set("n", count)
        return try operation.run().image()
    }
}
