internal import CVips

extension VipsImage {
    /// The number of rows that are decoded at once: that of a row of JPEG blocks.
    private static let rowsAtOnce = 16

    /// Decodes the picture from top to bottom on this thread, and passes on one row after the other: its samples, with
    /// interleaved bands. Only the current rows are held in memory.
    public func forEachRow(_ body: (RawSpan) -> Void) throws(VipsError) {
        let region = try check("look at a picture's rows", vips_region_new(pointer))
        defer { g_object_unref(region) }
        let bytesInRow = Int(tintype_row_bytes(pointer))
        var strip = VipsRect(left: 0, top: 0, width: vips_image_get_width(pointer), height: 0)
        while strip.top < vips_image_get_height(pointer) {
            strip.height = min(Int32(Self.rowsAtOnce), vips_image_get_height(pointer) - strip.top)
            try check("decode rows of a picture", vips_region_prepare(region, &strip))
            for row in strip.top..<strip.top + strip.height {
                let start = try check("look at a row of a picture", tintype_region_row(region, row))
                body(UnsafeRawBufferPointer(start: start, count: bytesInRow).bytes)
            }
            strip.top += strip.height
        }
    }

    /// A picture of 8 bits a sample, from a copy of its samples, row by row.
    ///
    /// - Parameters:
    ///   - samples: `width × height × bands` of them.
    ///   - interpretation: the meaning of the bands, by its name in libvips.
    public static func of(
        samples: [UInt8], width: Int, height: Int, bands: Int, interpretation: String
    ) throws(VipsError) -> VipsImage {
        let copy = samples.withUnsafeBytes { bytes in
            vips_image_new_from_memory_copy(
                bytes.baseAddress, bytes.count, Int32(clamping: width), Int32(clamping: height),
                Int32(clamping: bands), VIPS_FORMAT_UCHAR)
        }
        let image = VipsImage(owning: try check("make a picture of samples", copy))
        let operation = try VipsOperation("copy")
        operation.set("in", image)
        try operation.set("interpretation", choice: interpretation)
        return try operation.run().image()
    }

    /// The picture with each of its samples, of 16 bits, replaced by what a table of 65 536 entries says.
    public func replacing(by table: [UInt16]) throws(VipsError) -> VipsImage {
        let copy = table.withUnsafeBytes { bytes in
            vips_image_new_from_memory_copy(
                bytes.baseAddress, bytes.count, Int32(clamping: table.count), 1, 1, VIPS_FORMAT_USHORT)
        }
        let operation = try VipsOperation("maplut")
        operation.set("in", self)
        operation.set("lut", VipsImage(owning: try check("make a table", copy)))
        return try operation.run().image()
    }
}
