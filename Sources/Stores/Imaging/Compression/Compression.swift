internal import Domain
internal import SystemIO
internal import Vips

/// Makes the smallest file that still looks like its original: upright, in sRGB, of the picture's own size, without
/// metadata.
struct Compression {
    let source: ImageSource
    let limits: ImagingLimits

    /// Compresses a still picture, to WebP if no format is asked for.
    ///
    /// - Parameter output: an empty file, open for reading and writing; if nothing is answered it holds nothing of use.
    /// - Returns: nil if no file within the bounds is smaller than the original.
    /// - Throws: `unsupported` for a format that is not available, or not in this size.
    func compress(as wanted: ImageFormat?, to output: FileDescriptor) throws(ImagingError) -> RenderedFile? {
        // No frame is dropped.
        let header = try Inspection.header(of: source, limits: limits)
        guard try Inspection.frames(header, source, limits: limits) == 1 else { return nil }
        let picture = try decode()
        let format = try format(for: picture, wanted)
        let attempts = CompressionAttempts(original: source, limits: limits, format: format, output: output)
        do throws(VipsError) {
            let shown = format.hasAlpha ? picture : try Self.onWhite(picture)
            guard let file = try attempts.smallest(of: shown) else { return nil }
            return file.bytes <= source.maximumSubstitute ? file : nil
        } catch {
            throw Failures.decoding("The image could not be compressed.", limits)
        }
    }

    /// Whether another file shows the same picture: of the same size, and within the bounds of the compressor.
    func shows(_ candidate: ImageSource) throws(ImagingError) -> Bool {
        let mine = try decode()
        let theirs = try Compression(source: candidate, limits: limits).decode()
        do throws(VipsError) {
            // A file that has lost its transparency shows what was see-through on white.
            let shown = theirs.hasAlpha ? mine : try Self.onWhite(mine)
            return try Appearance(of: shown).isSame(as: Appearance(of: theirs))
        } catch {
            throw Failures.decoding("The images could not be compared.", limits)
        }
    }

    private func decode() throws(ImagingError) -> VipsImage {
        let header = try Inspection.header(of: source, limits: limits)
        let isTurned = source.orientation() >= 5
        let target = WorkerRequest.Target(
            width: isTurned ? header.height : header.width, height: isTurned ? header.width : header.height,
            quality: 100, format: nil)
        return try Derivation(source: source, limits: limits)
            .decode(for: target, header: header, scaling: ShrinkOnLoad(header, source))
    }

    private func format(for picture: VipsImage, _ wanted: ImageFormat?) throws(ImagingError) -> ImageFormat {
        let side = max(picture.width, picture.height)
        guard let wanted else {
            let candidates: [ImageFormat] = picture.hasAlpha ? [.webp] : [.webp, .jpeg]
            return candidates.first { side <= $0.longestSide } ?? .png
        }
        guard ImageFormat.compact.contains(wanted) else {
            throw ImagingError(.unsupported, "Images cannot be compressed as \(wanted.mediaType).")
        }
        guard side <= wanted.longestSide else {
            throw ImagingError(.unsupported, "The image is too large for \(wanted.mediaType): ask for png or jxl.")
        }
        return wanted
    }

    private static func onWhite(_ picture: VipsImage) throws(VipsError) -> VipsImage {
        guard picture.hasAlpha else { return picture }
        let operation = try VipsOperation("flatten")
        operation.set("in", picture)
        try operation.set("background", choice: picture.bands >= 4 ? "255 255 255" : "255")
        return try operation.run().image().inMemory()
    }
}
