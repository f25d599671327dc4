internal import CVips

extension VipsImage {
    /// Whole numbers of the header; empty if there is no such field.
    public func integers(_ name: String) -> [Int] {
        guard vips_image_get_typeof(pointer, name) != 0 else { return [] }
        var values: UnsafeMutablePointer<Int32>?
        var count: Int32 = 0
        guard vips_image_get_array_int(pointer, name, &values, &count) == 0, let values else { return [] }
        return UnsafeBufferPointer(start: values, count: Int(count)).map(Int.init)
    }

    /// The same picture with other header fields: some removed, and then some set.
    public func replacingFields(
        without names: [String] = [], integers: [String: Int] = [:], lists: [String: [Int]] = [:],
        blobs: [String: [UInt8]] = [:]
    ) throws(VipsError) -> VipsImage {
        let copy = try VipsOperation("copy")
        copy.set("in", self)
        let image = try copy.run().image()
        for name in names { vips_image_remove(image.pointer, name) }
        for (name, value) in integers { vips_image_set_int(image.pointer, name, Int32(clamping: value)) }
        for (name, values) in lists {
            let list = values.map { Int32(clamping: $0) }
            vips_image_set_array_int(image.pointer, name, list, Int32(clamping: list.count))
        }
        for (name, bytes) in blobs { vips_image_set_blob_copy(image.pointer, name, bytes, bytes.count) }
        return image
    }
}
