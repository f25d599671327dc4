internal import TextCoding
internal import Crypto
public import Domain

/// Identifies a rendition: the content, and the recipe by which it was made.
public struct RenditionKey: Hashable, Sendable {
    public let digest: Digest
    /// 32 hexadecimal digits: a digest of the transformation and the encoder.
    public let recipe: String
    public let format: ImageFormat

    /// - Parameter recipe: a text with everything besides the content that determines the bytes: two recipes that
    ///   differ in one character are different keys.
    /// - Throws: `DigestFailure` if the recipe cannot be digested.
    public init(digest: Digest, recipe: String, format: ImageFormat) throws {
        let hasher = try ContentHasher()
        try hasher.update(Array(recipe.utf8))
        let hash = Hexadecimal.encode(try hasher.finish().sha256.prefix(16))
        self.init(digest: digest, hashedRecipe: hash, format: format)
    }

    init(digest: Digest, hashedRecipe: String, format: ImageFormat) {
        (self.digest, recipe, self.format) = (digest, hashedRecipe, format)
    }

    /// The path of the content's folder, below the cache's.
    static func folder(of digest: Digest) -> String {
        let name = digest.description
        return "\(name.prefix(2))/\(name)"
    }

    /// The file's name contains its length, so that a file that a power failure has truncated is recognised.
    func fileName(bytes: Int64) -> String { "\(recipe)-\(bytes).\(format.fileExtension)" }

    /// Parses a file's name; nil for other names.
    init?(digest: Digest, fileName: String, bytes: Int64) {
        guard let dash = fileName.firstIndex(of: "-"), let dot = fileName.lastIndex(of: "."), dash < dot,
            Hexadecimal.decode(fileName[..<dash])?.count == 16,
            let format = ImageFormat.allCases.first(where: { $0.fileExtension == fileName[dot...].dropFirst() })
        else { return nil }
        self.init(digest: digest, hashedRecipe: String(fileName[..<dash]), format: format)
        guard self.fileName(bytes: bytes) == fileName else { return nil }
    }
}
