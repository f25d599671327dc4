internal import Domain
internal import FileFormats
internal import SystemIO
internal import Vips

/// Pictures as files: baseline, and stripped of all metadata.
enum Encoding {
    /// Writes a picture as its target says.
    static func write(
        _ picture: VipsImage, _ target: WorkerRequest.Target, to output: FileDescriptor
    ) throws(ImagingError) -> RenderedFile {
        let format = target.format ?? (picture.hasAlpha ? .webp : .jpeg)
        guard let saver = saver(format) else {
            throw ImagingError(.unsupported, "Renditions cannot be made as \(format.mediaType).")
        }
        do {
            let operation = try VipsOperation(saver)
            operation.set("in", picture)
            operation.set("strip", true)
            try choose(format, quality: target.quality, operation)
            if format == .webp {
                // The saver adds an Exif block of its own making even where it is told to strip.
                try output.write(WebPContainer.withoutMetadata(operation.run().bytes("buffer")))
            } else {
                operation.set("target", try VipsTarget(descriptor: output.number))
                _ = try operation.run()
            }
            return RenderedFile(
                format: format, width: picture.width, height: picture.height, bytes: try output.size())
        } catch {
            throw ImagingError(.notWritten, "The rendition could not be written.")
        }
    }

    private static func saver(_ format: ImageFormat) -> String? {
        switch format {
        case .jpeg: "jpegsave_target"
        case .png: "pngsave_target"
        case .webp: "webpsave_buffer"
        case .gif: "gifsave_target"
        case .tiff: "tiffsave_target"
        case .avif: "heifsave_target"
        case .jxl: "jxlsave_target"
        case .bmp, .heic, .svg: nil
        }
    }

    private static func choose(_ format: ImageFormat, quality: Int, _ operation: borrowing VipsOperation)
        throws(VipsError)
    {
        switch format {
        case .jpeg, .webp, .avif, .jxl: operation.set("Q", quality)
        default: break
        }
        switch format {
        // What is see-through lies on white.
        case .jpeg: try operation.set("background", choice: "255 255 255")
        case .avif: try operation.set("compression", choice: "av1")
        case .tiff: try operation.set("compression", choice: "deflate")
        default: break
        }
    }
}
