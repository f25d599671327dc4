internal import Transformations
internal import Vips

/// Mirrors and turns pictures that are in memory.
enum Rotate {
    /// - Parameter background: what fills the corners of a turn that is not by quarters; nil for nothing.
    static func turn(
        _ image: VipsImage, by rotation: Rotation, over background: Background?
    ) throws(VipsError) -> VipsImage {
        var picture = image
        if rotation.isMirrored {
            let flip = try VipsOperation("flip")
            flip.set("in", picture)
            try flip.set("direction", choice: "horizontal")
            picture = try flip.run().image()
        }
        guard let quarterTurns = rotation.quarterTurns else {
            return try freely(picture, rotation.degrees, background)
        }
        guard quarterTurns % 4 != 0 else { return picture }
        let rot = try VipsOperation("rot")
        rot.set("in", picture)
        try rot.set("angle", choice: ["d0", "d90", "d180", "d270"][quarterTurns % 4])
        return try rot.run().image().inMemory()
    }

    /// The corners are see-through, or of the background's colour.
    private static func freely(
        _ image: VipsImage, _ degrees: Double, _ background: Background?
    ) throws(VipsError) -> VipsImage {
        let premultiply = try VipsOperation("premultiply")
        premultiply.set("in", try Canvas.withAlpha(image))
        let rotate = try VipsOperation("rotate")
        rotate.set("in", try premultiply.run().image())
        rotate.set("angle", degrees)
        let unpremultiply = try VipsOperation("unpremultiply")
        unpremultiply.set("in", try rotate.run().image())
        let turned = try Colour.bytes(unpremultiply.run().image()).inMemory()
        guard let background else { return turned }
        return try Canvas.flatten(turned, onto: background)
    }
}
