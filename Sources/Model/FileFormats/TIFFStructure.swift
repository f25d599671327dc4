/// The parts of a TIFF file that hold the picture of its first page (TIFF 6.0, sections 2, 3 and 15).
enum TIFFStructure {
    private static let stripOffsets = 0x0111, stripLengths = 0x0117, tileOffsets = 0x0144, tileLengths = 0x0145
    /// The maximum number of strips or tiles that are checked.
    private static let pieceLimit = 65_536

    /// Why the file is incomplete: a strip or a tile that reaches beyond its end.
    static func flaw(_ file: inout ByteWindow) throws -> String? {
        guard let directory = try TIFFPages(&file)?.first else {
            return "the TIFF is cut off: its directory is missing"
        }
        let (offsetTag, lengthTag) =
            directory.entry(tileOffsets) == nil ? (stripOffsets, stripLengths) : (tileOffsets, tileLengths)
        guard let entry = directory.entry(offsetTag) else { return "the TIFF holds no picture" }
        let offsets = try entry.integers(&file, limit: pieceLimit)
        guard !offsets.isEmpty else { return "the TIFF is cut off" }
        let lengths = try directory.entry(lengthTag)?.integers(&file, limit: pieceLimit) ?? []
        for (index, offset) in offsets.enumerated() {
            let length = index < lengths.count ? lengths[index] : 0
            // A strip or tile without bytes is permitted (a sparse file).
            if offset < 0 || length < 0 || offset > file.count || length > file.count - offset {
                return "the TIFF is cut off: part of its picture is missing"
            }
        }
        return nil
    }
}
