public import Domain

/// Which images are compressed, on this server or elsewhere.
public enum CompressionRules {
    /// Whether an image is compressed at all. Frames are never dropped, and a drawing that can be enlarged at will does
    /// not become pixels unless a format is asked for.
    public static func applies(to format: ImageFormat, frames: Int, as wanted: ImageFormat?) -> Bool {
        frames <= 1 && (!format.isDrawing || wanted != nil)
    }

    /// Checks that the original's own bytes may stand in for a compressed file.
    ///
    /// - Throws: `conflict` if another format is asked for.
    public static func requireOriginal(
        _ format: ImageFormat, bytes: Int64, frames: Int, as wanted: ImageFormat?
    ) throws {
        guard let wanted, wanted != format else { return }
        throw ServiceError(
            .conflict,
            frames > 1
                ? "The image has \(frames) frames, which are not compressed: its compressed file has the original's bytes. Leave the type out."
                : "As \(wanted.rawValue) the image would not be smaller than its original of \(bytes) bytes, or not look like it: ask for another type, or leave it out."
        )
    }
}
