/// Recognises the raw files of cameras, which look like TIFF files with a small picture first.
public enum RawFile {
    private static let dngVersion = 0xC612, compression = 0x0103, photometry = 0x0106, make = 0x010F
    private static let subdirectories = 0x014A, cfaPattern = 0x828E
    /// The maximum number of directories below the first that are read.
    private static let subdirectoryLimit = 8

    /// Pictures of single colours behind a filter, and linear ones (ISO 12234-2; Adobe DNG 1.7, chapter 4).
    private static let rawPhotometry: Set<Int64> = [32_803, 34_892]
    /// The compressions of Nikon, Sony, Samsung and Pentax.
    private static let rawCompression: Set<Int64> = [34_713, 32_767, 32_769, 32_770, 65_535]

    /// What kind of raw file this is, with its article: "a raw file (DNG)"; nil if it is none.
    ///
    /// - Parameter file: a TIFF file.
    /// - Throws: what the window's reader throws.
    public static func name(_ file: inout ByteWindow) throws -> String? {
        guard let header = try TIFFHeader(&file),
            let first = try TIFFDirectory(&file, header: header, at: header.firstDirectory)
        else { return nil }
        if first.entry(dngVersion) != nil { return "a camera's raw file (DNG)" }
        if let mark = try file.bytes(at: 8, count: 2), mark.has("CR"), !header.isBig {
            return "a camera's raw file (CR2)"
        }
        if try isRaw(first, &file) { return name(of: try ExifReader.text(first, make, &file)) }
        for offset in try first.entry(subdirectories)?.integers(&file, limit: subdirectoryLimit) ?? [] {
            guard let directory = try TIFFDirectory(&file, header: header, at: offset) else { continue }
            if try isRaw(directory, &file) { return name(of: try ExifReader.text(first, make, &file)) }
        }
        return nil
    }

    private static func isRaw(_ directory: TIFFDirectory, _ file: inout ByteWindow) throws -> Bool {
        if directory.entry(cfaPattern) != nil { return true }
        if let value = try directory.entry(photometry)?.integers(&file, limit: 1).first, rawPhotometry.contains(value) {
            return true
        }
        let value = try directory.entry(compression)?.integers(&file, limit: 1).first
        return value.map(rawCompression.contains) ?? false
    }

    private static func name(of make: String?) -> String {
        let makers = [("nikon", "NEF"), ("sony", "ARW"), ("samsung", "SRW"), ("pentax", "PEF"), ("canon", "CR2")]
        let kind = makers.first { make?.lowercased().hasPrefix($0.0) == true }?.1
        return "a camera's raw file" + (kind.map { " (\($0))" } ?? "")
    }
}
