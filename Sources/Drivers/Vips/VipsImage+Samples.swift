internal import CVips

extension VipsImage {
    /// The samples of a part of the picture, row by row, with interleaved bands.
    ///
    /// For pictures of 8 bits a sample; the part must lie within the picture.
    public func samples(x: Int, y: Int, width: Int, height: Int) throws(VipsError) -> [UInt8] {
        let region = try VipsOperation("extract_area")
        region.set("input", self)
        region.set("left", x)
        region.set("top", y)
        region.set("width", width)
        region.set("height", height)
        let part = try region.run().image()
        var count = 0
        let data = try check("read a picture's samples", vips_image_write_to_memory(part.pointer, &count))
        defer { g_free(data) }
        return [UInt8](UnsafeRawBufferPointer(start: data, count: count))
    }
}
