internal import CVips

extension VipsImage {
    /// Makes the samples of a part of a picture: red, green, blue and alpha of each pixel, row by row.
    public typealias Fill = (_ x: Int, _ y: Int, _ width: Int, _ height: Int) throws -> [UInt8]

    /// The length of the squares that are made at once, and held.
    private static let square = 1024

    private final class FillBox {
        let fill: Fill
        init(_ fill: @escaping Fill) { self.fill = fill }
    }

    /// A picture in sRGB with alpha, of 8 bits a sample, whose parts are made if their pixels are asked for, one after
    /// the other.
    ///
    /// - Throws: if the picture is larger than any that libvips knows.
    public static func generated(width: Int, height: Int, fill: @escaping Fill) throws(VipsError) -> VipsImage {
        let image = VipsImage(owning: try check("make a picture", vips_image_new()))
        vips_image_init_fields(
            image.pointer, Int32(clamping: width), Int32(clamping: height), 4, VIPS_FORMAT_UCHAR, VIPS_CODING_NONE,
            VIPS_INTERPRETATION_sRGB, 1, 1)
        var none: UnsafeMutablePointer<CVips.VipsImage>?
        try check("make a picture", vips_image_pipeline_array(image.pointer, VIPS_DEMAND_STYLE_SMALLTILE, &none))
        // The image owns the closure, which lives as long as any picture that is made of it.
        let box = Unmanaged.passRetained(FillBox(fill)).toOpaque()
        tintype_own(image.pointer, box) { pointer in
            if let pointer { Unmanaged<FillBox>.fromOpaque(pointer).release() }
        }
        try check(
            "make a picture",
            vips_image_generate(
                image.pointer, nil,
                { region, _, box, _, _ in
                    guard let region, let box else { return -1 }
                    return VipsImage.fill(region, Unmanaged<FillBox>.fromOpaque(box).takeUnretainedValue().fill)
                }, nil, box, nil))
        let cache = try VipsOperation("tilecache")
        cache.set("in", image)
        cache.set("tile-width", square)
        cache.set("tile-height", square)
        // Two rows of squares, in one of which rows of pixels begin and in the other end.
        cache.set("max-tiles", 2 * (width / square + 1))
        return try cache.run().image()
    }

    private static func fill(_ region: UnsafeMutablePointer<VipsRegion>, _ fill: Fill) -> Int32 {
        let part = region.pointee.valid
        let (width, height) = (Int(part.width), Int(part.height))
        guard let samples = try? fill(Int(part.left), Int(part.top), width, height), samples.count == width * height * 4
        else { return -1 }
        samples.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            for row in 0..<height {
                let place = tintype_region_place(region, part.left, part.top + Int32(row))
                place?.copyMemory(from: start + row * width * 4, byteCount: width * 4)
            }
        }
        return 0
    }
}
