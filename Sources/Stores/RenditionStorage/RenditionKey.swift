public import Domain

/// What tells a rendition from every other: the content, and what was made of it.
public struct RenditionKey: Hashable, Sendable {
    public let digest: Digest
    /// 32 hexadecimal digits that stand for the transformation and the encoder.
    public let recipe: String
    public let format: ImageFormat

    public init(digest: Digest, recipe: String, format: ImageFormat) {
        (self.digest, self.recipe, self.format) = (digest, recipe, format)
    }

    /// Of the content's folder, below the cache's.
    static func folder(of digest: Digest) -> String {
        let name = digest.description
        return "\(name.prefix(2))/\(name)"
    }

    /// The file's name tells its length, so that one that a power failure cut short is recognised.
    func fileName(bytes: Int64) -> String { "\(recipe)-\(bytes).\(format.fileExtension)" }

    /// Reads a file's name; nil for one that is not of this form.
    init?(digest: Digest, fileName: String, bytes: Int64) {
        guard let dash = fileName.firstIndex(of: "-"), let dot = fileName.lastIndex(of: "."), dash < dot,
            Hexadecimal.decode(fileName[..<dash])?.count == 16,
            let format = ImageFormat.allCases.first(where: { $0.fileExtension == fileName[dot...].dropFirst() })
        else { return nil }
        self.init(digest: digest, recipe: String(fileName[..<dash]), format: format)
        guard self.fileName(bytes: bytes) == fileName else { return nil }
    }
}
