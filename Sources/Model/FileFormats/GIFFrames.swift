/// The frames of a GIF file as it states them (GIF89a, sections 17 to 23), without their pixels.
struct GIFFrames {
    struct Frame {
        /// Where the graphic control extension has its flags (section 23); nil if the frame has none.
        let control: Int?
        /// Where the image descriptor begins (section 20).
        let descriptor: Int
        /// Where the image data begin: the least size of a code, and then blocks (section 22).
        let data: Int
        /// 2 to clear the frame's part of the canvas before the next one, 3 to show what was there before.
        let disposal: Int
        let isTransparent: Bool
        /// On the canvas, in pixels.
        let x: Int, y: Int, width: Int, height: Int
    }

    let frames: [Frame]
    /// Of the canvas, in pixels.
    let width: Int, height: Int

    /// - Parameter limit: the most frames that are listed.
    /// - Returns: nil if the file is no GIF; the frames up to the first damage otherwise.
    init?(_ file: [UInt8], limit: Int) {
        guard file.has("GIF8"), let width = ByteOrder.little.uint16(file, at: 6),
            let height = ByteOrder.little.uint16(file, at: 8), file.count > 13
        else { return nil }
        (self.width, self.height) = (width, height)
        var frames: [Frame] = []
        var offset = 13 + Self.tableLength(file[10])
        var control: Int?
        while offset < file.count, frames.count < limit {
            if file[offset] == 0x21 {
                if file.has([0xF9, 4], at: offset + 1), offset + 7 < file.count { control = offset + 3 }
                offset = Self.end(ofBlocks: file, at: offset + 2)
            } else if file[offset] == 0x2C, let frame = Self.frame(file, at: offset, control) {
                frames.append(frame)
                control = nil
                offset = Self.end(ofBlocks: file, at: frame.data + 1)
            } else {
                break
            }
        }
        self.frames = frames
    }

    private static func frame(_ file: [UInt8], at offset: Int, _ control: Int?) -> Frame? {
        guard offset + 10 < file.count else { return nil }
        let box = [1, 3, 5, 7].compactMap { ByteOrder.little.uint16(file, at: offset + $0) }
        let flags = control.map { file[$0] } ?? 0
        let data = offset + 10 + tableLength(file[offset + 9])
        guard box.count == 4, data < file.count else { return nil }
        return Frame(
            control: control, descriptor: offset, data: data, disposal: Int(flags >> 2 & 7),
            isTransparent: flags & 1 == 1, x: box[0], y: box[1], width: box[2], height: box[3])
    }

    /// Bytes of the table of colours that flags announce.
    private static func tableLength(_ flags: UInt8) -> Int { flags & 0x80 == 0 ? 0 : 3 << (Int(flags & 7) + 1) }

    /// Where the blocks that begin at an offset end, with the empty one (section 15).
    private static func end(ofBlocks file: [UInt8], at start: Int) -> Int {
        var offset = start
        while offset < file.count, file[offset] > 0 { offset += 1 + Int(file[offset]) }
        return offset + 1
    }
}
