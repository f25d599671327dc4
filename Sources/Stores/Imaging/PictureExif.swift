internal import Decompression
internal import Domain
internal import FileFormats
internal import Vips

/// The Exif data of an image file, by the project's own reader, whatever the decoder makes of them.
struct PictureExif {
    private let format: ImageFormat
    private let codec: FormatCodec
    private let file: VipsSource

    init(_ file: VipsSource, _ codec: FormatCodec, _ format: ImageFormat) {
        (self.file, self.codec, self.format) = (file, codec, format)
    }

    /// What the first block with a directory says.
    ///
    /// - Parameter image: the opened file: of HEIC and AVIF the decoder finds the block, among the items of the file.
    func read(_ image: VipsImage) -> ExifReader.Reading {
        if format == .tiff {
            var window = window
            return ((try? ExifReader.read(&window)) ?? nil) ?? ExifReader.Reading()
        }
        let blocks = format == .heic || format == .avif ? decoderBlock(image) : ownBlocks
        return blocks.lazy.compactMap { ExifReader.read($0) }.first ?? ExifReader.Reading()
    }

    /// The first block with a directory, with its prefix; nil if there is none.
    func block(_ image: VipsImage) -> [UInt8]? {
        let blocks = format == .heic || format == .avif ? decoderBlock(image) : ownBlocks
        return blocks.first { ExifReader.orientation($0) != nil }
    }

    /// The orientation that the pixels still need, 1 to 8: 1 if the decoder turns them by itself.
    var orientation: Int {
        guard !codec.isUprightAlready, format != .tiff else { return 1 }
        return ownBlocks.lazy.compactMap { ExifReader.orientation($0) }.first ?? 1
    }

    private var window: ByteWindow { ByteWindow(count: Int64(file.count)) { file.bytes(at: $0, count: $1) } }

    private var ownBlocks: [[UInt8]] {
        var window = window
        let blocks = (try? EmbeddedExif.blocks(of: format, in: &window)) ?? []
        return blocks.compactMap { block in
            switch block {
            case .plain(let bytes): bytes
            case .deflatedProfile(let data):
                // A profile's text has two digits for each byte.
                Deflated.expand(data, limit: 3 * EmbeddedExif.limit)
                    .flatMap { RawProfile.bytes($0, limit: EmbeddedExif.limit) }
            case .brotli(let data): Brotli.expand(data, limit: EmbeddedExif.limit)
            }
        }
    }

    private func decoderBlock(_ image: VipsImage) -> [[UInt8]] {
        image.blob("exif-data", limit: EmbeddedExif.limit).map { [$0] } ?? []
    }
}
