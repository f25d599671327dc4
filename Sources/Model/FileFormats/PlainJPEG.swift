/// JPEG files without metadata that change how the picture is displayed.
public enum PlainJPEG {
    /// The maximum number of segments before the first scan.
    private static let segmentLimit = 200

    /// Whether a file has no Exif, no profile and no colour transform of its own before its first scan (ITU-T T.81,
    /// annex B): its picture is then upright, and grey or in sRGB's luma and chroma (ITU-T T.871).
    ///
    /// Files with anything unusual are not plain.
    public static func isPlain(_ file: [UInt8]) -> Bool {
        guard file.starts(with: [0xFF, 0xD8]) else { return false }
        var offset = 2
        for _ in 0..<segmentLimit {
            guard offset + 4 <= file.count, file[offset] == 0xFF,
                let length = ByteOrder.big.uint16(file, at: offset + 2), length >= 2
            else { return false }
            switch file[offset + 1] {
            // A scan, after the frame of a baseline, extended or progressive picture.
            case 0xDA: return true
            // Frames, tables, an interval of restarts, JFIF, and a comment.
            case 0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD, 0xE0, 0xFE: offset += 2 + Int(length)
            default: return false
            }
        }
        return false
    }
}
