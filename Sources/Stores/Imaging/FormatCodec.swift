public import Domain

/// How files of a format are decoded and encoded with libvips. Each format has one row.
struct FormatCodec: Sendable {
    /// How a decoder makes less than all pixels of a file.
    enum Reduction: Sendable {
        case none
        /// To one half, quarter or eighth, in the frequency domain.
        case shrink
        /// To any scale below 1.
        case scale
        /// To any scale at all.
        case drawing
    }

    /// What several pictures in one file are to each other.
    enum Pages: Sendable {
        /// There is one, or the file names the one that counts.
        case none
        /// Frames that build on each other.
        case frames
        /// Pages with sizes of their own.
        case pages
    }

    /// The operation that loads a file, and whether it takes a source or only a buffer; nil for drawings, which librsvg
    /// renders.
    let loader: String?
    var loadsBuffer = false
    /// The operation that saves a file; nil for formats that are only read.
    var saver: String?
    var pages = Pages.none
    var reduction = Reduction.none
    /// Whether the decoder turns the picture upright by itself, so that an Exif orientation must not do it again.
    var isUprightAlready = false
    /// Bytes of memory that a decoder takes for each stored pixel, at most.
    let bytesPerPixel: Int64

    /// JPEG's decoder holds the coefficients of a progressive picture, two bytes for each sample of three components,
    /// and there is the file itself. PNG's and TIFF's hold at most the rows of an interlaced picture. The others hold
    /// the whole picture, some of them twice.
    init(_ format: ImageFormat) {
        self =
            switch format {
            case .jpeg:
                FormatCodec(loader: "jpegload_source", saver: "jpegsave_target", reduction: .shrink, bytesPerPixel: 7)
            case .png: FormatCodec(loader: "pngload_source", saver: "pngsave_target", bytesPerPixel: 4)
            case .webp:
                FormatCodec(
                    loader: "webpload_source", saver: "webpsave_target", pages: .frames, reduction: .scale,
                    bytesPerPixel: 8)
            case .gif:
                FormatCodec(loader: "gifload_source", saver: "gifsave_target", pages: .frames, bytesPerPixel: 8)
            case .tiff:
                FormatCodec(loader: "tiffload_source", saver: "tiffsave_target", pages: .pages, bytesPerPixel: 4)
            case .bmp: FormatCodec(loader: "magickload_buffer", loadsBuffer: true, bytesPerPixel: 8)
            case .heic: FormatCodec(loader: "heifload_source", isUprightAlready: true, bytesPerPixel: 8)
            case .avif:
                FormatCodec(
                    loader: "heifload_source", saver: "heifsave_target", isUprightAlready: true, bytesPerPixel: 8)
            case .jxl:
                FormatCodec(
                    loader: "jxlload_source", saver: "jxlsave_target", isUprightAlready: true, bytesPerPixel: 8)
            case .svg: FormatCodec(loader: nil, reduction: .drawing, bytesPerPixel: 8)
            }
    }

    private init(
        loader: String?, loadsBuffer: Bool = false, saver: String? = nil, pages: Pages = .none,
        reduction: Reduction = .none, isUprightAlready: Bool = false, bytesPerPixel: Int64
    ) {
        (self.loader, self.loadsBuffer, self.saver) = (loader, loadsBuffer, saver)
        (self.pages, self.reduction) = (pages, reduction)
        (self.isUprightAlready, self.bytesPerPixel) = (isUprightAlready, bytesPerPixel)
    }
}

extension ImagingWorkers {
    /// Bytes of memory that a decoder takes for each stored pixel of a format, at most.
    public static func bytesPerStoredPixel(of format: ImageFormat) -> Int64 { FormatCodec(format).bytesPerPixel }
}
