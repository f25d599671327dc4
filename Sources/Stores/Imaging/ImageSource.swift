internal import Domain
internal import SystemIO
internal import Vips

/// An image file and the loader that its content asks for: libvips is never left to guess.
struct ImageSource {
    let format: ImageFormat
    let codec: FormatCodec
    let file: VipsSource
    private let descriptor: FileDescriptor

    init(_ descriptor: FileDescriptor, format: ImageFormat) throws(VipsError) {
        self.format = format
        codec = FormatCodec(format)
        self.descriptor = descriptor
        file = try VipsSource(mapping: descriptor.number)
    }

    /// How a file is opened.
    struct Options: Equatable {
        /// Whether pixels may be asked for in any order; else only from top to bottom, and then they stream.
        var isRandomAccess = false
        /// The first page, and how many: -1 for all that follow, one below the other.
        var page = 0, pages = 1
        /// Of a pyramid: how often its picture is halved.
        var level = 0
        /// A JPEG decoded at one half, quarter or eighth: 2, 4 or 8.
        var shrink = 1
        /// Whether what a decoder only warns of ends the decoding too.
        var isStrict = false
        /// A WebP or SVG decoded at this scale.
        var scale = 1.0
    }

    /// Reads the header. Pixels are decoded later, and an error among them ends the decoding.
    func open(_ options: Options = Options()) throws(VipsError) -> VipsImage {
        let operation = try VipsOperation(codec.loader)
        if codec.loadsBuffer {
            try operation.set("buffer", bytesOf: file)
        } else {
            operation.set("source", file)
        }
        if !options.isRandomAccess { try operation.set("access", choice: "sequential") }
        try operation.set("fail-on", choice: options.isStrict ? "warning" : "truncated")
        if codec.pages != .none {
            operation.set("page", options.page)
            operation.set("n", options.pages)
        }
        if format == .tiff, options.level > 0 { operation.set("subifd", options.level - 1) }
        if codec.reduction == .shrink, options.shrink > 1 { operation.set("shrink", options.shrink) }
        if codec.reduction == .scale || codec.reduction == .drawing, options.scale != 1 {
            operation.set("scale", options.scale)
        }
        return try Colour.withoutSurplus(operation.run().image())
    }
}
