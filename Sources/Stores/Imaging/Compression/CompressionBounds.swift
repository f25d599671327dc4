internal import Domain

/// What the compressor promises, and how it looks for it.
enum CompressionBounds {
    /// The least structural similarity of a compressed picture to its original, over all of the picture.
    static let similarity = 0.98
    /// The same over any part of it, so that a face does not pay for the sky behind it.
    static let similarityOfParts = 0.93

    /// Qualities that are tried.
    static let qualities = 30...97
    /// How much the quality grows where a sample has promised too much.
    static let step = 4
    /// Pictures of no more pixels are tried as a whole, larger ones by a sample of about so many.
    static let samplePixels = 1_400_000

    /// Formats that a picture can be compressed to.
    static let formats: [ImageFormat] = [.jpeg, .png, .webp, .avif, .jxl]

    /// Pixels along a side that a format can say.
    static func longestSide(_ format: ImageFormat) -> Int {
        switch format {
        case .webp: 16_383
        case .jpeg: 65_500
        case .avif: 16_384
        default: Int(Int32.max)
        }
    }

    static func isSame(_ similarity: StructuralSimilarity) -> Bool {
        similarity.mean >= Self.similarity && similarity.worst >= similarityOfParts
    }
}
