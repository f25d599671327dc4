/// The directories of an Exif structure.
struct ExifDirectories {
    var header: TIFFHeader?
    var image: TIFFDirectory?
    var photo: TIFFDirectory?
    var gps: TIFFDirectory?

    /// How far into a block its TIFF structure may begin: what programs have put before it is `Exif` with two bytes
    /// of any value, the head of a JPEG segment, the length of these, or several of them.
    private static let longestPrefix = 32

    /// Reads the first directory and the two that it points to. Chains are not followed, so there can be no loops.
    init?(_ file: inout ByteWindow) throws {
        for base in 0...Int64(Self.longestPrefix) {
            guard let header = try TIFFHeader(&file, at: base),
                let image = try TIFFDirectory(&file, header: header, at: header.firstDirectory)
            else { continue }
            try self.init(image, header, &file)
            return
        }
        return nil
    }

    private init(_ image: TIFFDirectory, _ header: TIFFHeader, _ file: inout ByteWindow) throws {
        (self.header, self.image) = (header, image)
        if let offset = try image.entry(ExifTags.photoDirectory)?.integers(&file, limit: 1).first {
            photo = try TIFFDirectory(&file, header: header, at: offset)
        }
        if let offset = try image.entry(ExifTags.gpsDirectory)?.integers(&file, limit: 1).first {
            gps = try TIFFDirectory(&file, header: header, at: offset)
        }
    }
}
