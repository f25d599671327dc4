internal import Domain
internal import SystemIO
internal import Transformations
internal import Vips

/// Makes the pyramid of a picture: a TIFF of JPEG tiles, the smaller levels in directories below the first one.
///
/// The picture lies in it as it was stored, with its orientation beside it: so it streams, whichever way it is turned,
/// and only a row of tiles of each level is held, and what is written.
struct PyramidMaking {
    let source: ImageSource
    let limits: ImagingLimits

    /// - Throws: `unsupported` for a picture that is see-through; what decoding throws; `notWritten`.
    func make(to output: FileDescriptor) throws(ImagingError) -> RenderedFile {
        let header = try Inspection.header(of: source, limits: limits)
        guard !header.hasAlpha else { throw ImagingError(.unsupported, "A pyramid holds no transparency.") }
        let bytes: [UInt8]
        do throws(VipsError) {
            bytes = try encoded(header)
        } catch {
            throw Failures.decoding("The image is damaged or incomplete: its pixels cannot all be decoded.", limits)
        }
        do {
            try output.write(bytes)
        } catch {
            throw ImagingError(.notWritten, "The pyramid could not be written.")
        }
        return RenderedFile(format: .tiff, width: header.width, height: header.height, bytes: Int64(bytes.count))
    }

    /// In memory: for a file libvips would put the smaller levels into files of its own, which stay behind if the
    /// process is killed.
    private func encoded(_ header: VipsImage) throws(VipsError) -> [UInt8] {
        let operation = try VipsOperation("tiffsave_buffer")
        operation.set("in", try picture(header))
        operation.set("tile", true)
        operation.set("tile-width", PyramidShape.tile)
        operation.set("tile-height", PyramidShape.tile)
        operation.set("pyramid", true)
        operation.set("subifd", true)
        try operation.set("compression", choice: "jpeg")
        operation.set("Q", PyramidShape.quality)
        operation.set("strip", true)
        return try operation.run().bytes("buffer")
    }

    /// As screens show it, and as it was stored.
    private func picture(_ header: VipsImage) throws(VipsError) -> VipsImage {
        let size = PixelSize(header.width, header.height)
        let converted = try Resizing.stretch(header, to: size, converting: Colour.needsConversion(header))
        let orientation = source.orientation()
        return try Colour.screen(converted).replacingFields(integers: ["orientation": orientation])
    }
}
