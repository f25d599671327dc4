internal import Domain
internal import FileFormats
internal import JPEGXL
internal import Rsvg
internal import SystemIO
internal import Vips

/// An image file and the loader that its content asks for: libvips is never left to guess.
struct ImageSource {
    let format: ImageFormat
    let codec: FormatCodec
    let file: VipsSource
    /// The pages of a TIFF file; nil for other formats.
    let tiffPages: TIFFPages?
    /// The orientation of the stored pixels in JPEG, PNG and WebP files; 1 for others.
    private let exifOrientation: Int
    /// What the picture is turned by when it is upright.
    private let turn: Orientation
    private let descriptor: FileDescriptor
    private let colours: StatedColours
    /// Nil for pictures of pixels, and for drawings that cannot be read.
    private let drawing: Drawing?
    /// Nil for other formats, and for files of which the header cannot be read.
    let jpegXL: JPEGXLFile?

    init(_ descriptor: FileDescriptor, format: ImageFormat, turn: Orientation = .upright) throws(VipsError) {
        (self.format, self.turn) = (format, turn)
        codec = FormatCodec(format)
        self.descriptor = descriptor
        let file = try VipsSource(mapping: descriptor.number)
        let readable = ReadableBytes.of(file, format: format)
        self.file = try readable.map(VipsSource.init) ?? file
        drawing = format.isDrawing ? try? Drawing(file.bytes(at: 0, count: file.count)) : nil
        jpegXL = format == .jxl ? try? JPEGXLFile(file.bytes(at: 0, count: file.count)) : nil
        colours = StatedColours(
            of: file, format: format, areHalfFloats: format == .tiff && readable != nil, jpegXL: jpegXL)
        if format == .tiff {
            var window = ByteWindow(count: Int64(file.count), budget: TIFFPages.budget) {
                file.bytes(at: $0, count: $1)
            }
            tiffPages = (try? TIFFPages(&window)) ?? nil
        } else {
            tiffPages = nil
        }
        exifOrientation = PictureExif(file, codec, format).orientation
    }

    /// How often a picture has to be turned or mirrored (CIPA DC-008, 4.6.4 A): 1 to 8.
    ///
    /// - Parameter page: the page of a TIFF file, from 0.
    func orientation(ofPage page: Int = 0) -> Int {
        let stated = statedOrientation(ofPage: page)
        guard isTurned else { return stated }
        return (Orientation(exif: stated) ?? .upright).followed(by: turn).exif
    }

    private func statedOrientation(ofPage page: Int) -> Int {
        guard let pages = tiffPages?.pages else { return exifOrientation }
        return pages.indices.contains(page) ? pages[page].orientation : 1
    }

    /// Whether the picture is turned beyond what the file says.
    var isTurned: Bool { turn != .upright }

    /// The most bytes of a file that is to take the place of this one: fewer than it has, unless it is to be turned as well.
    var maximumSubstitute: Int64 { isTurned ? .max : Int64(file.count) - 1 }

    /// The Exif block of an opened file, where the decoder may not have looked; nil if there is none.
    func exifBlock(_ image: VipsImage) -> [UInt8]? { PictureExif(file, codec, format).block(image) }

    /// What Exif says of the picture.
    func exif(_ image: VipsImage) -> ExifReader.Reading { PictureExif(file, codec, format).read(image) }

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
        /// Whether all frames of a file are decoded of which only the first can be shown.
        var decodesUnshownFrames = false
        /// A WebP or SVG decoded at this scale.
        var scale = 1.0
    }

    /// Reads the header. Pixels are decoded later, and an error among them ends the decoding.
    func open(_ options: Options = Options()) throws(VipsError) -> VipsImage {
        guard let loader = codec.loader else { return try open(drawing, scale: options.scale) }
        if let jpegXL, jpegXL.isAnimated, !options.decodesUnshownFrames {
            return try colours.applied(to: FirstFrame(of: jpegXL).image())
        }
        let operation = try VipsOperation(loader)
        if codec.loadsBuffer {
            try operation.set("buffer", bytesOf: file)
        } else {
            operation.set("source", file)
        }
        if !options.isRandomAccess { try operation.set("access", choice: "sequential") }
        try operation.set("fail-on", choice: options.isStrict ? "warning" : "truncated")
        if codec.pages != .none {
            let page = tiffPages.flatMap { $0.pages.indices.contains(options.page) ? $0.pages[options.page] : nil }
            operation.set("page", page?.directory ?? options.page)
            operation.set("n", options.pages)
            if let subdirectory = page?.subdirectory { operation.set("subifd", subdirectory) }
        }
        if format == .tiff, options.level > 0 { operation.set("subifd", options.level - 1) }
        if codec.reduction == .shrink, options.shrink > 1 { operation.set("shrink", options.shrink) }
        if codec.reduction == .scale || codec.reduction == .drawing, options.scale != 1 {
            operation.set("scale", options.scale)
        }
        return try colours.applied(to: Colour.withoutSurplus(operation.run().image()))
    }

    /// Whether the drawing's own size is more than libvips can represent.
    var isCanvasOutOfRange: Bool { drawing.map { max($0.width, $0.height) >= Double(Self.longestSide) } ?? false }

    private static let longestSide = 10_000_000

    /// - Throws: for no drawing.
    private func open(_ drawing: Drawing?, scale: Double) throws(VipsError) -> VipsImage {
        guard let drawing else { throw VipsError(action: "open a drawing", hint: "It cannot be read.") }
        let (width, height) = (Self.pixels(drawing.width * scale), Self.pixels(drawing.height * scale))
        return try VipsImage.generated(width: width, height: height) { x, y, partWidth, partHeight in
            try drawing.samples(x: x, y: y, width: partWidth, height: partHeight, of: (width, height))
        }
    }

    private static func pixels(_ length: Double) -> Int { Int(min(max(1, length.rounded()), Double(longestSide))) }
}
