internal import Domain
internal import SystemIO
internal import Vips

/// The search for a quality: encode, decode again, compare.
struct CompressionAttempts {
    let original: ImageSource
    let limits: ImagingLimits
    let format: ImageFormat
    /// The file that every attempt overwrites.
    let output: FileDescriptor

    /// The smallest file within the bounds, which `output` holds then; nil if there is none.
    func smallest(of picture: VipsImage) throws(VipsError) -> RenderedFile? {
        guard isLossy else { return try encode(picture, quality: 100) }
        let whole = try Appearance(of: picture)
        guard var quality = try quality(for: Sample.of(picture)) else { return nil }
        while true {
            guard let file = try encode(picture, quality: quality) else { return nil }
            // A higher quality would not make a file smaller that is too large already.
            if file.bytes > original.maximumSubstitute { return nil }
            if try isSame(whole) { return file }
            guard quality < CompressionBounds.qualities.upperBound else { return nil }
            quality = min(quality + CompressionBounds.step, CompressionBounds.qualities.upperBound)
        }
    }

    private var isLossy: Bool { format.usualQuality != nil }

    /// The lowest quality with a sample within the bounds; nil if there is none.
    private func quality(for sample: VipsImage) throws(VipsError) -> Int? {
        let appearance = try Appearance(of: sample)
        var (low, high) = (CompressionBounds.qualities.lowerBound, CompressionBounds.qualities.upperBound + 1)
        while low < high {
            let middle = (low + high) / 2
            guard try encode(sample, quality: middle) != nil else { return nil }
            if try isSame(appearance) { high = middle } else { low = middle + 1 }
        }
        return low <= CompressionBounds.qualities.upperBound ? low : nil
    }

    /// Nil if the encoder refuses the picture.
    private func encode(_ picture: VipsImage, quality: Int) throws(VipsError) -> RenderedFile? {
        do {
            try output.truncate(to: 0)
            try output.seek(to: 0)
            return try Encoding(format: format, quality: quality, isThorough: true).write(picture, to: output)
        } catch { return nil }
    }

    private func isSame(_ appearance: Appearance) throws(VipsError) -> Bool {
        // The pixels are read lazily from the mapped file, so it must stay mapped.
        let source = try ImageSource(output, format: format)
        let shown = try withExtendedLifetime(source) { () throws(VipsError) in
            try Appearance(of: Colour.screen(source.open()).inMemory())
        }
        return appearance.isSame(as: shown)
    }
}
