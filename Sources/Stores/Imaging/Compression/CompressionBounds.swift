/// What the compressor promises, and how it looks for it.
enum CompressionBounds {
    /// The least structural similarity of a compressed picture to its original, over all of the picture.
    static let similarity = 0.98
    /// The same over any part of it, so that a face does not pay for the sky behind it.
    static let similarityOfParts = 0.93

    /// How far the mean colour of a square may be from the original's, in steps of 256: over all squares, and of any.
    /// (Real photos come to 0.9 and 4.4 at most; the same in grey to 3.1 and 11.5 at least.)
    static let colourDifference = 1.5, colourDifferenceOfParts = 8.0

    /// Qualities that are tried.
    static let qualities = 30...97
    /// How much the quality grows if a sample has promised too much.
    static let step = 4
    /// Pictures of no more pixels are tried as a whole, larger ones by a sample of about so many.
    static let samplePixels = 1_400_000

    static func isSame(colours difference: (mean: Double, worst: Double)) -> Bool {
        difference.mean <= colourDifference && difference.worst <= colourDifferenceOfParts
    }

    static func isSame(_ similarity: StructuralSimilarity) -> Bool {
        similarity.mean >= Self.similarity && similarity.worst >= similarityOfParts
    }
}
