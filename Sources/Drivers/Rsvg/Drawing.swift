internal import CRsvg

/// An SVG drawing. It reads no other file.
///
/// Not `Sendable`: one thread at a time uses it.
public final class Drawing {
    /// Dots an inch, by which CSS defines its units (CSS Values and Units 3, section 6.2).
    private static let resolution = 96.0
    /// The length in pixels of the longer side of a drawing that is smaller than a pixel: the width that CSS gives to
    /// pictures without one.
    private static let usualLength = 300.0

    private let handle: UnsafeMutablePointer<RsvgHandle>
    /// The drawing's own size in pixels, at least 1 each; not always whole.
    public let width: Double, height: Double

    /// Reads a drawing.
    ///
    /// - Throws: if it is no SVG, or has no size.
    public init(_ bytes: [UInt8]) throws(RsvgError) {
        let handle = try check("read a drawing") { rsvg_handle_new_from_data(bytes, gsize(bytes.count), &$0) }
        rsvg_handle_set_dpi(handle, Self.resolution)
        guard let size = Self.size(of: handle), size.width > 0, size.height > 0, (size.width * size.height).isFinite
        else {
            tintype_rsvg_release(handle)
            throw RsvgError("measure a drawing")
        }
        self.handle = handle
        let (shorter, longer) = (min(size.width, size.height), max(size.width, size.height))
        let scale = shorter.rounded() < 1 ? max(1 / shorter, Self.usualLength / longer) : 1
        (width, height) = (size.width * scale, size.height * scale)
    }

    deinit { tintype_rsvg_release(handle) }

    /// A part of the drawing at a size: red, green, blue and alpha of each pixel, row by row.
    ///
    /// - Parameters:
    ///   - x: of the part's left edge, in pixels of the result.
    ///   - y: of its upper edge.
    ///   - whole: the size of the whole drawing in pixels, to which it is stretched.
    public func samples(
        x: Int, y: Int, width: Int, height: Int, of whole: (width: Int, height: Int)
    ) throws(RsvgError) -> [UInt8] {
        let surface = cairo_image_surface_create(
            CAIRO_FORMAT_ARGB32, Int32(clamping: width), Int32(clamping: height))
        defer { cairo_surface_destroy(surface) }
        let context = cairo_create(surface)
        defer { cairo_destroy(context) }
        cairo_translate(context, -Double(x), -Double(y))
        // The viewport is the drawing's own size, so that percentages keep their meaning.
        cairo_scale(context, Double(whole.width) / self.width, Double(whole.height) / self.height)
        var viewport = RsvgRectangle(x: 0, y: 0, width: self.width, height: self.height)
        _ = try check("render a drawing") {
            rsvg_handle_render_document(handle, context, &viewport, &$0) != 0 ? true : nil
        }
        cairo_surface_flush(surface)
        guard cairo_status(context) == CAIRO_STATUS_SUCCESS, let data = cairo_image_surface_get_data(surface) else {
            throw RsvgError("render a drawing", String(cString: cairo_status_to_string(cairo_status(context))))
        }
        let stride = Int(cairo_image_surface_get_stride(surface))
        return Self.samples(UnsafeRawBufferPointer(start: data, count: stride * height), stride, width, height)
    }

    /// Cairo has a pixel in 32 bits, with alpha at the top, by which the colours are multiplied.
    private static func samples(
        _ data: UnsafeRawBufferPointer, _ stride: Int, _ width: Int, _ height: Int
    ) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: width * height * 4) { samples, count in
            for row in 0..<height {
                for column in 0..<width {
                    let pixel = data.loadUnaligned(fromByteOffset: row * stride + column * 4, as: UInt32.self)
                    let (alpha, place) = (pixel >> 24, (row * width + column) * 4)
                    for (band, shift) in [UInt32(16), 8, 0].enumerated() {
                        let colour = pixel >> shift & 255
                        samples[place + band] =
                            alpha == 0 ? 0 : UInt8(truncatingIfNeeded: min(255, (colour * 255 + alpha / 2) / alpha))
                    }
                    samples[place + 3] = UInt8(truncatingIfNeeded: alpha)
                }
            }
            count = width * height * 4
        }
    }

    /// In pixels, from the drawing's own width and height, or else its view box, or else what is drawn.
    private static func size(of handle: UnsafeMutablePointer<RsvgHandle>) -> (width: Double, height: Double)? {
        var (width, height) = (0.0, 0.0)
        if rsvg_handle_get_intrinsic_size_in_pixels(handle, &width, &height) != 0 { return (width, height) }
        var (hasWidth, hasHeight, hasBox): (gboolean, gboolean, gboolean) = (0, 0, 0)
        var (across, down, box) = (RsvgLength(), RsvgLength(), RsvgRectangle())
        rsvg_handle_get_intrinsic_dimensions(handle, &hasWidth, &across, &hasHeight, &down, &hasBox, &box)
        if hasBox != 0 {
            let ratio = box.height / box.width
            if hasWidth != 0, let width = pixels(across) { return (width, width * ratio) }
            if hasHeight != 0, let height = pixels(down) { return (height / ratio, height) }
            return (box.width, box.height)
        }
        var (ink, logical) = (RsvgRectangle(), RsvgRectangle())
        guard rsvg_handle_get_geometry_for_element(handle, nil, &ink, &logical, nil) != 0 else { return nil }
        return (ink.width, ink.height)
    }

    /// An absolute length in pixels; nil for a relative one.
    private static func pixels(_ length: RsvgLength) -> Double? {
        switch length.unit {
        case RSVG_UNIT_PX: length.length
        case RSVG_UNIT_IN: length.length * resolution
        case RSVG_UNIT_CM: length.length * resolution / 2.54
        case RSVG_UNIT_MM: length.length * resolution / 25.4
        case RSVG_UNIT_PT: length.length * resolution / 72
        case RSVG_UNIT_PC: length.length * resolution / 6
        default: nil
        }
    }
}
