/// Says of a GIF file that parts of its canvas which no frame covers, or which a frame has cleared, are transparent, as
/// browsers show them.
///
/// libnsgif fills with the background's colour what a frame without a transparent colour has cleared, and libvips makes
/// pictures without transparency of files of which no frame has a transparent colour. So frames get one that no pixel has.
public enum GIFTransparency {
    private static let clearing = 2, restoring = 3

    /// The changed file; nil if it is to be read as it is.
    ///
    /// - Parameter frameLimit: the number of frames that are looked at.
    public static func explicit(_ file: [UInt8], frameLimit: Int) -> [UInt8]? {
        guard let gif = GIFFrames(file, limit: frameLimit), let first = gif.frames.first else { return nil }
        var changed = file
        var isChanged = false
        var isCanvasEmpty = true
        for frame in gif.frames {
            if frame.disposal == clearing, !frame.isTransparent, let control = frame.control {
                if let index = GIFColourIndexes.unused(file, at: frame.data) {
                    changed[control] |= 1
                    changed[control + 3] = index
                    isChanged = true
                } else if isCanvasEmpty {
                    // What was there before is nothing, too.
                    changed[control] = changed[control] & ~0x1C | UInt8(restoring << 2)
                    isChanged = true
                }
            }
            isCanvasEmpty = isCanvasEmpty && [clearing, restoring].contains(frame.disposal)
        }
        let isCovered = first.x == 0 && first.y == 0 && first.width >= gif.width && first.height >= gif.height
        let isTransparent = isChanged || gif.frames.contains(where: \.isTransparent)
        guard !isTransparent, !isCovered || gif.frames.contains(where: { $0.disposal == clearing }) else {
            return isChanged ? changed : nil
        }
        return announced(file, gif.frames)
    }

    /// The file with a transparent colour for the first frame that has one to spare.
    private static func announced(_ file: [UInt8], _ frames: [GIFFrames.Frame]) -> [UInt8]? {
        for frame in frames {
            guard let index = GIFColourIndexes.unused(file, at: frame.data) else { continue }
            var changed = file
            if let control = frame.control {
                changed[control] |= 1
                changed[control + 3] = index
            } else {
                // A second of delay, which libnsgif takes for a frame that states none.
                changed.insert(contentsOf: [0x21, 0xF9, 4, 1, 100, 0, index, 0], at: frame.descriptor)
            }
            return changed
        }
        return nil
    }
}
