internal import CVips

/// An operation of libvips by its nickname: set its properties, run it, read its outputs.
///
/// ```swift
/// var operation = try VipsOperation("invert")
/// operation.set("in", image)
/// let inverted = try operation.run().image()
/// ```
public struct VipsOperation: ~Copyable {
    private let pointer: UnsafeMutablePointer<CVips.VipsOperation>
    private let nickname: String

    /// Creates an operation; nothing is computed yet.
    public init(_ nickname: String) throws(VipsError) {
        self.nickname = nickname
        pointer = try check(nickname, vips_operation_new(nickname))
    }

    deinit {
        vips_object_unref_outputs(object)
        g_object_unref(pointer)
    }

    /// Runs the operation; most operations are lazy and compute pixels only when they are read.
    public consuming func run() throws(VipsError) -> VipsOperation {
        try check(nickname, vips_object_build(object))
        return self
    }

    /// An output picture.
    public func image(_ name: String = "out") throws(VipsError) -> VipsImage {
        var value = GValue()
        g_value_init(&value, vips_image_get_type())
        defer { g_value_unset(&value) }
        g_object_get_property(gobject, name, &value)
        let made = try check(nickname, g_value_dup_object(&value))
        return VipsImage(owning: made.assumingMemoryBound(to: CVips.VipsImage.self))
    }

    /// An output number.
    public func number(_ name: String = "out") -> Double {
        var value = GValue()
        g_value_init(&value, tintype_type_double())
        defer { g_value_unset(&value) }
        g_object_get_property(gobject, name, &value)
        return g_value_get_double(&value)
    }

    /// Output bytes, such as `buffer` of a saver.
    public func bytes(_ name: String) throws(VipsError) -> [UInt8] {
        var value = GValue()
        g_value_init(&value, vips_blob_get_type())
        defer { g_value_unset(&value) }
        g_object_get_property(gobject, name, &value)
        let boxed = try check(nickname, g_value_get_boxed(&value))
        var count = 0
        guard let data = vips_blob_get(boxed.assumingMemoryBound(to: VipsBlob.self), &count) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: data, count: count))
    }

    public func set(_ name: String, _ image: VipsImage) { set(name, object: image.pointer) }
    public func set(_ name: String, _ source: VipsSource) { set(name, object: source.pointer) }
    public func set(_ name: String, _ target: VipsTarget) { set(name, object: target.pointer) }

    /// Sets a list of pictures.
    public func set(_ name: String, _ images: [VipsImage]) {
        var pointers: [UnsafeMutablePointer<CVips.VipsImage>?] = images.map(\.pointer)
        let array = vips_array_image_new(&pointers, Int32(clamping: pointers.count))
        set(name, vips_array_image_get_type()) { g_value_set_boxed(&$0, array) }
        vips_area_unref(UnsafeMutableRawPointer(array)?.assumingMemoryBound(to: VipsArea.self))
    }

    /// Sets a list of numbers.
    public func set(_ name: String, _ numbers: [Double]) {
        let array = vips_array_double_new(numbers, Int32(clamping: numbers.count))
        set(name, vips_array_double_get_type()) { g_value_set_boxed(&$0, array) }
        vips_area_unref(UnsafeMutableRawPointer(array)?.assumingMemoryBound(to: VipsArea.self))
    }

    public func set(_ name: String, _ number: Int) {
        set(name, tintype_type_int()) { g_value_set_int(&$0, Int32(clamping: number)) }
    }

    public func set(_ name: String, _ number: Double) {
        set(name, tintype_type_double()) { g_value_set_double(&$0, number) }
    }

    public func set(_ name: String, _ flag: Bool) {
        set(name, tintype_type_boolean()) { g_value_set_boolean(&$0, flag ? 1 : 0) }
    }

    /// Sets a text.
    public func set(_ name: String, text: String) {
        set(name, tintype_type_string()) { g_value_set_string(&$0, text) }
    }

    /// Sets one of a list of choices by its nickname, such as `sequential` for `access`; or numbers, as `255 255 255`.
    ///
    /// For the program's own constants only: libvips parses the text.
    public func set(_ name: String, choice: String) throws(VipsError) {
        try check(nickname, vips_object_set_argument_from_string(object, name, choice))
    }

    /// Sets the bytes of a source, for an operation that needs a buffer. They must outlive its outputs.
    public func set(_ name: String, bytesOf source: VipsSource) throws(VipsError) {
        try source.withBlob { blob throws(VipsError) in
            set(name, vips_blob_get_type()) { g_value_set_boxed(&$0, blob) }
        }
    }

    private var object: UnsafeMutablePointer<VipsObject> {
        UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: VipsObject.self)
    }

    private var gobject: UnsafeMutablePointer<GObject> {
        UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: GObject.self)
    }

    private func set(_ name: String, object other: UnsafeMutableRawPointer) {
        set(name, tintype_object_type(other)) { g_value_set_object(&$0, other) }
    }

    private func set(_ name: String, _ type: GType, _ fill: (inout GValue) -> Void) {
        var value = GValue()
        g_value_init(&value, type)
        fill(&value)
        g_object_set_property(gobject, name, &value)
        g_value_unset(&value)
    }
}
