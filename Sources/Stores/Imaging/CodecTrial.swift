public import Domain
internal import SystemIO
internal import Vips

/// Tries in this process whether the libraries can handle each format, with pictures of its own making.
public enum CodecTrial {
    private static let side = 32

    /// The formats that cannot be handled, each with the reason.
    public static func run() -> [(format: ImageFormat, reason: String)] {
        do {
            try VipsLibrary.start()
        } catch {
            return ImageFormat.allCases.map { ($0, "\(error)") }
        }
        return ImageFormat.allCases.compactMap { format in
            refusal(of: format).map { (format, $0) }
        }
    }

    private static func refusal(of format: ImageFormat) -> String? {
        do throws(VipsError) {
            try attempt(FormatCodec(format), format)
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// Encodes and decodes a picture; of a format that is only read, sees that the decoder is there.
    private static func attempt(_ codec: FormatCodec, _ format: ImageFormat) throws(VipsError) {
        // Drawings have a library that is linked.
        guard let loader = codec.loader else { return }
        let loading = try VipsOperation(loader)
        guard let saver = codec.saver else { return }
        let saving = try VipsOperation(saver.replacing("_target", with: "_buffer"))
        saving.set("in", try grey())
        if format == .avif { try saving.set("compression", choice: "av1") }
        let file = try saving.run().bytes("buffer")
        // No picture outlives the source that it is loaded from.
        let source = try VipsSource(file)
        loading.set("source", source)
        try decode(try loading.run().image())
        withExtendedLifetime(source) {}
    }

    /// Asks for every pixel.
    private static func decode(_ picture: VipsImage) throws(VipsError) {
        let average = try VipsOperation("avg")
        average.set("in", picture)
        _ = try average.run()
    }

    private static func grey() throws(VipsError) -> VipsImage {
        let black = try VipsOperation("black")
        black.set("width", side)
        black.set("height", side)
        black.set("bands", 3)
        let colour = try VipsOperation("copy")
        colour.set("in", try black.run().image())
        try colour.set("interpretation", choice: "srgb")
        return try colour.run().image()
    }
}
