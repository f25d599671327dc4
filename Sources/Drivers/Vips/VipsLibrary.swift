internal import CVips

/// libvips as a whole.
public enum VipsLibrary {
    /// Loaders that are not used, by the names of their classes, which include the subclasses.
    ///
    /// ImageMagick remains for bitmaps, and is used only if the bytes were recognised as such.
    private static let unused = [
        "VipsForeignLoadCsv", "VipsForeignLoadMatrix", "VipsForeignLoadRaw", "VipsForeignLoadVips",
        "VipsForeignLoadAnalyze", "VipsForeignLoadPpm", "VipsForeignLoadRad", "VipsForeignLoadJp2k",
        "VipsForeignLoadMat", "VipsForeignLoadFits", "VipsForeignLoadOpenexr", "VipsForeignLoadPdf",
        "VipsForeignLoadOpenslide", "VipsForeignLoadMagickFile", "VipsForeignLoadJpegFile",
        "VipsForeignLoadPngFile", "VipsForeignLoadWebpFile", "VipsForeignLoadTiffFile", "VipsForeignLoadNsgifFile",
        "VipsForeignLoadHeifFile", "VipsForeignLoadJxlFile", "VipsForeignLoadSvg",
    ]

    /// The version, such as `8.14.1`; available before libvips is started.
    public static var version: String { vips_version_string().map { String(cString: $0) } ?? "" }

    /// Starts libvips, once in a process: one thread for each operation, no cache, and only the loaders that are
    /// needed.
    public static func start() throws(VipsError) {
        tintype_silence_log()
        try check("start libvips", vips_init("tintype"))
        vips_concurrency_set(1)
        vips_cache_set_max(0)
        for name in unused { vips_operation_block_set(name, 1) }
    }
}
