/// The guarantees of the compressor, and the parameters of its search (docs/decisions/0022).
enum CompressionBounds {
    /// The minimum structural similarity of a compressed picture to its original, over the whole picture.
    static let similarity = 0.98
    /// The minimum for any part of it, so that a good sky does not make up for a bad face.
    static let similarityOfParts = 0.93

    /// The maximum difference of the mean colour of squares, in steps of 256: on average, and of any square.
    /// (Photos have at most 0.9 and 4.4; the same photos in grey at least 3.1 and 11.5.)
    static let colourDifference = 1.5, colourDifferenceOfParts = 8.0

    /// Qualities that are tried.
    static let qualities = 30...97
    /// The step by which the quality grows if the sample was too optimistic.
    static let step = 4
    /// Pictures with at most this many pixels are tried as a whole, larger ones with a sample of about this size.
    static let samplePixels = 1_400_000

    static func isSame(colours difference: (mean: Double, worst: Double)) -> Bool {
        difference.mean <= colourDifference && difference.worst <= colourDifferenceOfParts
    }

    static func isSame(_ similarity: StructuralSimilarity) -> Bool {
        similarity.mean >= Self.similarity && similarity.worst >= similarityOfParts
    }
}
