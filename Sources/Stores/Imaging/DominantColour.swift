internal import Domain
internal import Vips

/// The colour that most of a picture has: the mean of the pixels in the fullest of 512 boxes of the colour cube.
enum DominantColour {
    /// The maximum number of pixels that are looked at: the pictures are thumbnails.
    private static let maximumPixels = 1 << 20

    private struct Box {
        var count = 0, red = 0, green = 0, blue = 0
    }

    /// - Returns: nil for a picture without an opaque pixel.
    /// - Throws: `tooManyPixels`; `damaged` if the picture cannot be decoded.
    static func of(_ source: ImageSource, limits: ImagingLimits) throws(ImagingError) -> PictureColour? {
        let header = try Inspection.header(of: source, limits: limits)
        guard header.width * header.height <= maximumPixels else {
            throw ImagingError(.tooManyPixels, "The picture is too large for a thumbnail.")
        }
        do throws(VipsError) {
            let picture = try Colour.screen(header).inMemory()
            return colour(
                of: try picture.samples(x: 0, y: 0, width: picture.width, height: picture.height),
                bands: picture.bands)
        } catch {
            throw Failures.decoding("The image is damaged or incomplete: its pixels cannot all be decoded.", limits)
        }
    }

    /// - Parameters:
    ///   - samples: pixel after pixel.
    ///   - bands: 1 for grey, 2 for grey with alpha, 3 for colours, 4 for colours with alpha.
    static func colour(of samples: [UInt8], bands: Int) -> PictureColour? {
        var boxes = [Box](repeating: Box(), count: 512)
        let (isGrey, hasAlpha) = (bands < 3, bands == 2 || bands == 4)
        for start in stride(from: 0, through: samples.count - bands, by: bands) {
            if hasAlpha, samples[start + bands - 1] < 128 { continue }
            let red = Int(samples[start])
            let (green, blue) = isGrey ? (red, red) : (Int(samples[start + 1]), Int(samples[start + 2]))
            let index = (red >> 5) * 64 + (green >> 5) * 8 + (blue >> 5)
            boxes[index].count += 1
            boxes[index].red += red
            boxes[index].green += green
            boxes[index].blue += blue
        }
        guard let fullest = boxes.max(by: { $0.count < $1.count }), fullest.count > 0 else { return nil }
        func mean(_ sum: Int) -> UInt8 { UInt8((sum + fullest.count / 2) / fullest.count) }
        return PictureColour(red: mean(fullest.red), green: mean(fullest.green), blue: mean(fullest.blue))
    }
}
