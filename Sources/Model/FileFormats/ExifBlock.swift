/// An Exif block as it is written into a rendition.
public enum ExifBlock {
    /// The block from its TIFF structure on, with the orientation 1; nil if there is no directory in it.
    public static func upright(_ block: [UInt8]) -> [UInt8]? {
        var window = ByteWindow(block)
        guard let directories = try? ExifDirectories(&window), let header = directories.header else { return nil }
        var upright = block
        if let entry = directories.image?.entry(ExifTags.orientation), entry.kind == .short,
            entry.position + 1 < Int64(block.count)
        {
            let place = Int(entry.position)
            (upright[place], upright[place + 1]) = header.order == .little ? (1, 0) : (0, 1)
        }
        return Array(upright.dropFirst(Int(header.base)))
    }
}
