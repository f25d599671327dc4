public import Domain

/// Where files keep their Exif block (CIPA DC-008-2019, section 4.7; docs/decisions/0003).
public enum EmbeddedExif {
    /// A block as the file holds it.
    public enum Block: Hashable, Sendable {
        case plain([UInt8])
        /// Compressed with Deflate, in the wrapper of zlib (RFC 1950): the text of a `Raw profile`.
        case deflatedProfile([UInt8])
        /// Compressed with Brotli (RFC 7932).
        case brotli([UInt8])
    }

    /// The maximum size of a block, in bytes, and of what it expands to.
    public static let limit = 1 << 20

    /// The blocks of a JPEG, PNG, WebP or JPEG XL file in the order in which they count; of other formats none.
    ///
    /// - Throws: what the window's reader throws.
    public static func blocks(of format: ImageFormat, in file: inout ByteWindow) throws -> [Block] {
        switch format {
        case .jpeg: try JPEGStructure.exifSegments(&file).map(Block.plain)
        case .png: try PNGChunks.exifBlocks(&file, limit: limit)
        case .webp: try WebPContainer.exifChunk(&file, limit: limit).map { [.plain($0)] } ?? []
        case .jxl: try JPEGXLBoxes.exifBlocks(&file, limit: limit)
        case .gif, .tiff, .bmp, .heic, .avif, .svg: []
        }
    }
}
