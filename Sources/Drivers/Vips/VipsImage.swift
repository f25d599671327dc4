internal import CVips

/// A picture of libvips, lazily evaluated: its pixels may not have been decoded yet.
///
/// Not `Sendable`: it stays on the thread that created it.
public final class VipsImage {
    let pointer: UnsafeMutablePointer<CVips.VipsImage>

    /// Takes ownership of one reference.
    init(owning pointer: UnsafeMutablePointer<CVips.VipsImage>) { self.pointer = pointer }

    deinit { g_object_unref(pointer) }

    public var width: Int { Int(vips_image_get_width(pointer)) }
    public var height: Int { Int(vips_image_get_height(pointer)) }
    public var bands: Int { Int(vips_image_get_bands(pointer)) }
    /// Whether there is an alpha band.
    public var hasAlpha: Bool { vips_image_hasalpha(pointer) != 0 }

    /// The meaning of the bands, by its name in libvips: `srgb`, `b-w`, `cmyk`, `rgb16` …
    public var interpretation: String {
        nickname(vips_interpretation_get_type(), Int32(vips_image_get_interpretation(pointer).rawValue))
    }

    /// The type of a sample, by its name in libvips: `uchar`, `ushort`, `float` …
    public var sampleFormat: String {
        nickname(vips_band_format_get_type(), Int32(vips_image_get_format(pointer).rawValue))
    }

    /// A whole number of the header; nil if there is no such field.
    public func integer(_ name: String) -> Int? {
        guard vips_image_get_typeof(pointer, name) != 0 else { return nil }
        var value: Int32 = 0
        return vips_image_get_int(pointer, name, &value) == 0 ? Int(value) : nil
    }

    /// Bytes of the header; nil if there is no such field, or it is longer than `limit`.
    public func blob(_ name: String, limit: Int) -> [UInt8]? {
        guard vips_image_get_typeof(pointer, name) != 0 else { return nil }
        var data: UnsafeRawPointer?
        var count = 0
        guard vips_image_get_blob(pointer, name, &data, &count) == 0, let data, count <= limit else { return nil }
        return [UInt8](UnsafeRawBufferPointer(start: data, count: count))
    }

    /// The same picture with all its pixels in memory, so that they are decoded only once.
    public func inMemory() throws(VipsError) -> VipsImage {
        VipsImage(owning: try check("hold a picture in memory", vips_image_copy_memory(pointer)))
    }

    private func nickname(_ type: GType, _ value: Int32) -> String {
        vips_enum_nick(type, value).map { String(cString: $0) } ?? ""
    }
}
