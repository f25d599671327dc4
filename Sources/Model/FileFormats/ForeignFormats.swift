/// Names of formats that are not accepted, for messages.
enum ForeignFormats {
    private static let signatures: [(bytes: [UInt8], offset: Int, name: String)] = [
        (Array("PK\u{3}\u{4}".utf8), 0, "a ZIP archive"), (Array("PK\u{5}\u{6}".utf8), 0, "a ZIP archive"),
        (Array("%PDF-".utf8), 0, "a PDF document"), (Array("%!PS".utf8), 0, "a PostScript document"),
        (Array("MZ".utf8), 0, "an executable"), ([0x7F, 0x45, 0x4C, 0x46], 0, "an executable"),
        ([0xCF, 0xFA, 0xED, 0xFE], 0, "an executable"), ([0xCA, 0xFE, 0xBA, 0xBE], 0, "an executable"),
        ([0x1F, 0x8B], 0, "gzip-compressed data"), (Array("BZh".utf8), 0, "bzip2-compressed data"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], 0, "xz-compressed data"),
        ([0x28, 0xB5, 0x2F, 0xFD], 0, "zstd-compressed data"),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], 0, "a 7-Zip archive"), (Array("Rar!".utf8), 0, "a RAR archive"),
        (Array("ustar".utf8), 257, "a tar archive"), (Array("8BPS".utf8), 0, "a Photoshop document"),
        ([0, 0, 1, 0], 0, "a Windows icon"), ([0, 0, 2, 0], 0, "a Windows cursor"),
        ([0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20], 0, "a JPEG 2000 image"),
        ([0xFF, 0x4F, 0xFF, 0x51], 0, "a JPEG 2000 image"), ([0x76, 0x2F, 0x31, 0x01], 0, "an OpenEXR image"),
        (Array("#?RADIANCE".utf8), 0, "a Radiance image"), (Array("SIMPLE  =".utf8), 0, "a FITS image"),
        (Array("qoif".utf8), 0, "a QOI image"), (Array("DDS ".utf8), 0, "a DirectDraw texture"),
        (Array("WAVE".utf8), 8, "a WAVE sound"), (Array("AVI ".utf8), 8, "an AVI film"),
        (Array("OggS".utf8), 0, "an Ogg sound or film"), (Array("fLaC".utf8), 0, "a FLAC sound"),
        (Array("ID3".utf8), 0, "an MP3 sound"), ([0x1A, 0x45, 0xDF, 0xA3], 0, "a Matroska film"),
        (Array("SQLite format 3\0".utf8), 0, "an SQLite database"),
        ([0xD0, 0xCF, 0x11, 0xE0], 0, "a Microsoft Office document"), (Array("wOFF".utf8), 0, "a font"),
        (Array("FUJIFILMCCD-RAW".utf8), 0, "a camera's raw file"), (Array("gimp xcf".utf8), 0, "a GIMP document"),
    ]

    /// The name, with its article; nil for unknown formats.
    static func name(_ head: [UInt8]) -> String? {
        if let match = signatures.first(where: { head.has($0.bytes, at: $0.offset) }) { return match.name }
        if MediaBrand.brands(head) != nil { return "a film or another ISO media file" }
        if head.has("P"), head.count > 2, (0x31...0x37).contains(head[1]), [0x20, 0x0A, 0x0D, 0x09].contains(head[2]) {
            return "a portable anymap image"
        }
        return nil
    }
}
