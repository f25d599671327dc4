internal import CVips

/// A target for encoded bytes: an open file, written from its current position on.
public final class VipsTarget {
    let pointer: UnsafeMutablePointer<CVips.VipsTarget>

    /// Writes to a descriptor that the caller keeps.
    public init(descriptor: Int32) throws(VipsError) {
        pointer = try check("open a target", vips_target_new_to_descriptor(descriptor))
    }

    deinit { g_object_unref(pointer) }
}
