/// The directories of an Exif structure.
struct ExifDirectories {
    var image: TIFFDirectory?
    var photo: TIFFDirectory?
    var gps: TIFFDirectory?

    /// Reads the first directory and the two that it points to. Chains are not followed, so there can be no loops.
    init?(_ file: inout ByteWindow) throws {
        let prefix = try file.bytes(at: 0, count: min(6, Int(clamping: file.count))) ?? []
        let base: Int64 = prefix.has("Exif") ? 6 : 0
        guard let header = try TIFFHeader(&file, at: base),
            let image = try TIFFDirectory(&file, header: header, at: header.firstDirectory)
        else { return nil }
        self.image = image
        if let offset = try image.entry(ExifTags.photoDirectory)?.integers(&file, limit: 1).first {
            photo = try TIFFDirectory(&file, header: header, at: offset)
        }
        if let offset = try image.entry(ExifTags.gpsDirectory)?.integers(&file, limit: 1).first {
            gps = try TIFFDirectory(&file, header: header, at: offset)
        }
    }
}
