/// The name of a file in the store: `<type>/<year>/<month>/<day>/<digest>.<extension>`, or
/// `<digest>-<image>.<extension>` for a file that one image of the content has to itself, or
/// `<digest>-r<number>.<extension>` for a rendition that has taken the place of another one.
public struct BlobKey: Hashable, Sendable, CustomStringConvertible {
    /// The path below the store's root, with `/` between its five components.
    public let path: String

    /// The key of a file; the date is 2000/01/01 if the date taken is unknown.
    ///
    /// - Parameter image: the image that has the file to itself; nil for a file of all images of the content.
    public init(type: FileType, digest: Digest, image: ImageID? = nil, taken: CivilTime?, format: ImageFormat) {
        let date = taken.map { $0.dateDescription.replacingHyphens } ?? "2000/01/01"
        let name = image.map { "\(digest)-\($0)" } ?? "\(digest)"
        path = "\(type.rawValue)/\(date)/\(name).\(format.fileExtension)"
    }

    /// The key of a rendition that takes the place of another one, in the same folder.
    public init(replacing key: BlobKey, format: ImageFormat) {
        let folder = key.path.prefix(upTo: key.path.lastIndex(of: "/") ?? key.path.startIndex)
        let name = key.path.dropFirst(folder.count + 1).prefix { $0 != "." }
        let parts = name.split(separator: "-", maxSplits: 1)
        let revision = parts.count > 1 ? Int(parts[1].dropFirst()) ?? 0 : 0
        path = "\(folder)/\(parts.first ?? "")-r\(revision + 1).\(format.fileExtension)"
    }

    /// Parses a path; nil if it is not a key, so that a path outside the store is never a key.
    public init?(path: String) {
        guard Self.parts(of: path) != nil else { return nil }
        self.path = path
    }

    /// The type of the file.
    public var type: FileType? { Self.parts(of: path)?.type }

    /// The content that the file belongs to: for an original the digest of the file itself.
    public var digest: Digest? { Self.parts(of: path)?.digest }

    public var description: String { path }

    private static func parts(of path: String) -> (type: FileType, digest: Digest)? {
        let components = path.split(separator: "/", omittingEmptySubsequences: false)
        guard components.count == 5, let type = FileType(rawValue: String(components[0])),
            CivilTime("\(components[1])-\(components[2])-\(components[3])T00:00:00") != nil
        else { return nil }
        let name = components[4].split(separator: ".", omittingEmptySubsequences: false)
        guard name.count == 2, let digest = digest(of: name[0]), !name[1].isEmpty,
            name[1].utf8.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
        else { return nil }
        return (type, digest)
    }

    /// The digest of a name without its extension, which must be as it is written.
    private static func digest(of name: Substring) -> Digest? {
        let parts = name.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let digest = Digest(parts[0]), digest.description == parts[0] else { return nil }
        guard let text = parts.dropFirst().first else { return digest }
        if text.first == "r", let revision = Int(text.dropFirst()), revision > 0 {
            return text == "r\(revision)" ? digest : nil
        }
        return ImageID(String(text))?.description == String(text) ? digest : nil
    }
}

extension String {
    fileprivate var replacingHyphens: String { String(map { $0 == "-" ? "/" : $0 }) }
}
