internal import Domain
internal import FileFormats
internal import SystemIO
internal import Vips

/// Encodes a picture as a file: baseline, and without metadata unless it is to be kept.
struct Encoding {
    let format: ImageFormat
    /// The quality of lossy encodings, 1 to 100.
    let quality: Int
    /// How hard the encoder of AVIF tries, 0 (fast) to 9 (small files); nil for libvips' usual 4.
    var effort: Int?
    /// Whether no colour is changed, in a format that can be lossy, too.
    var isLossless = false
    var keepsMetadata = false
    /// Whether one bit for each pixel is enough.
    var isBitonal = false
    /// Whether to spend more time to make the file smaller.
    var isThorough = false
    /// The height of each frame of an animation; nil for a still.
    var pageHeight: Int?

    /// Fields that describe the stored picture, and are not true for a rendition.
    private static let outdated = [
        "orientation", "exif-ifd0-Orientation", "jpeg-thumbnail-data", "exif-ifd1-Orientation", "heif-thumbnail-width",
    ]

    /// Writes a picture to an empty file.
    ///
    /// - Throws: `unsupported` for a format that is only read; `notWritten`.
    func write(_ picture: VipsImage, to output: FileDescriptor) throws(ImagingError) -> RenderedFile {
        guard let saver = FormatCodec(format).saver else {
            throw ImagingError(.unsupported, "Renditions cannot be made as \(format.mediaType).")
        }
        do {
            // The saver of WebP adds its own Exif block even if metadata are to be stripped: the block is removed
            // afterwards.
            let kept = keepsMetadata ? KeptMetadata(of: picture) : nil
            let isChangedAfterwards = kept == nil ? format == .webp : KeptMetadata.isAdded(to: format)
            let operation = try VipsOperation(
                isChangedAfterwards ? saver.replacing("_target", with: "_buffer") : saver)
            operation.set(
                "in",
                try picture.replacingFields(
                    without: fieldsToDrop(of: picture), blobs: kept?.fields ?? [:]))
            operation.set("strip", !keepsMetadata)
            if let pageHeight { operation.set("page-height", pageHeight) }
            try choose(operation)
            if isChangedAfterwards {
                let file = try operation.run().bytes("buffer")
                try output.write(kept?.added(to: file, format) ?? WebPContainer.withoutMetadata(file))
            } else {
                operation.set("target", try VipsTarget(descriptor: output.number))
                _ = try operation.run()
            }
            return RenderedFile(
                format: format, width: picture.width, height: pageHeight ?? picture.height, bytes: try output.size())
        } catch {
            throw ImagingError(.notWritten, "The rendition could not be written.")
        }
    }

    /// The picture is in sRGB: no other profile is right, nor a profile of colours for a grey picture. The encoder of
    /// JPEG XL even ends the process if the profile does not fit.
    private func fieldsToDrop(of picture: VipsImage) -> [String] {
        guard keepsMetadata else { return [Colour.profileField] }
        let isTrue = picture.bands >= 3 && Colour.profile(of: picture).map(ICCProfile.isSRGB) ?? false
        return isTrue ? Self.outdated : Self.outdated + [Colour.profileField]
    }

    private func choose(_ operation: borrowing VipsOperation) throws(VipsError) {
        if isLossless {
            operation.set("lossless", true)
        } else if format.usualQuality != nil {
            operation.set("Q", quality)
        }
        if isBitonal, format == .png || format == .tiff { operation.set("bitdepth", 1) }
        if isThorough { try spendTime(operation) }
        switch format {
        // Transparent parts become white.
        case .jpeg: operation.set("background", [255, 255, 255])
        case .avif:
            try operation.set("compression", choice: "av1")
            if let effort { operation.set("effort", effort) }
        case .tiff: try operation.set("compression", choice: isBitonal ? "ccittfax4" : "deflate")
        default: break
        }
    }

    private func spendTime(_ operation: borrowing VipsOperation) throws(VipsError) {
        switch format {
        case .jpeg: operation.set("optimize-coding", true)
        case .png:
            operation.set("compression", 9)
            try operation.set("filter", choice: "all")
        default: break
        }
    }
}
