/// Which numbers of colours the pixels of a GIF's frame have (GIF89a, appendix F).
enum GIFColourIndexes {
    /// A number that no pixel of a frame has; nil if there are pixels of all, or the data are damaged.
    ///
    /// - Parameter offset: where the image data begin.
    static func unused(_ file: [UInt8], at offset: Int) -> UInt8? {
        let size = Int(file[offset])
        guard (1...8).contains(size) else { return nil }
        if size < 8 { return UInt8(1 << size) }
        return used(file, at: offset + 1).firstIndex(of: false).map { UInt8($0) }
    }

    /// Of codes of at least 8 bits. Every sequence is made of numbers that were codes before, so these are all.
    private static func used(_ file: [UInt8], at start: Int) -> [Bool] {
        let (clear, end, last) = (256, 257, 4096)
        var used = [Bool](repeating: false, count: 256)
        var (width, next, isFirst) = (9, 258, true)
        var (bits, count) = (0, 0)
        var (offset, left) = (start, 0)
        while true {
            while count < width {
                if left == 0 {
                    guard offset < file.count, file[offset] > 0 else { return used }
                    left = Int(file[offset])
                    offset += 1
                }
                guard offset < file.count else { return used }
                bits |= Int(file[offset]) << count
                (offset, left, count) = (offset + 1, left - 1, count + 8)
            }
            let code = bits & (1 << width - 1)
            (bits, count) = (bits >> width, count - width)
            if code == end { return used }
            if code == clear {
                (width, next, isFirst) = (9, 258, true)
                continue
            }
            if code < clear { used[code] = true }
            if !isFirst, next < last {
                next += 1
                if next == 1 << width, width < 12 { width += 1 }
            }
            isFirst = false
        }
    }
}
