/// The name of a file in the store: `<type>/<year>/<month>/<day>/<digest>.<extension>`, or
/// `<digest>-<image>.<extension>` for a file that one image of the content has to itself, or
/// `<digest>-r<number>.<extension>` for a rendition that has taken the place of another one.
public struct BlobKey: Hashable, Sendable, CustomStringConvertible {
    /// The path below the store's root, with `/` between its five components.
    public let path: String

    /// The key of a file; the date is 2000/01/01 if the date taken is unknown.
    ///
    /// - Parameters:
    ///   - image: the image that has the file to itself; nil for a file of all images of the content.
    ///   - rotation: how the picture of the file is turned.
    public init(
        type: FileType, digest: Digest, image: ImageID? = nil, rotation: Orientation = .upright, taken: CivilTime?,
        format: ImageFormat
    ) {
        let date = taken.map { $0.dateDescription.replacingHyphens } ?? "2000/01/01"
        let name = Name(digest: digest, image: image, rotation: rotation)
        path = "\(type.rawValue)/\(date)/\(name.text).\(format.fileExtension)"
    }

    /// The key of a rendition that takes the place of another one, in the same folder.
    public init(replacing key: BlobKey, format: ImageFormat) {
        let folder = key.path.prefix(upTo: key.path.lastIndex(of: "/") ?? key.path.startIndex)
        let text = key.path.dropFirst(folder.count + 1).prefix { $0 != "." }
        var name = Name(text)
        name?.revision += 1
        path = "\(folder)/\(name?.text ?? String(text)).\(format.fileExtension)"
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
        guard name.count == 2, let digest = Name(name[0])?.digest, !name[1].isEmpty,
            name[1].utf8.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
        else { return nil }
        return (type, digest)
    }

    /// The name of a file without its extension: the digest, the image that has it to itself, how it is turned (`o6`), and
    /// how often it has been replaced (`r1`), as far as they are given.
    private struct Name {
        let digest: Digest
        let image: ImageID?
        let rotation: Orientation
        var revision = 0

        init(digest: Digest, image: ImageID?, rotation: Orientation) {
            (self.digest, self.image, self.rotation) = (digest, image, rotation)
        }

        /// - Returns: nil unless the text is written as `text` writes it.
        init?(_ text: Substring) {
            var parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard let digest = Digest(parts.removeFirst()) else { return nil }
            let revision = Self.number(after: "r", in: parts.last)
            if revision != nil { parts.removeLast() }
            let rotation = Self.number(after: "o", in: parts.last)
            if rotation != nil { parts.removeLast() }
            let image = parts.isEmpty ? nil : ImageID(parts.joined(separator: "-"))
            guard let orientation = Orientation(exif: rotation ?? 1) else { return nil }
            self.init(digest: digest, image: image, rotation: orientation)
            self.revision = revision ?? 0
            guard self.text == text else { return nil }
        }

        var text: String {
            var text = "\(digest)"
            if let image { text += "-\(image)" }
            if rotation != .upright { text += "-o\(rotation.exif)" }
            if revision > 0 { text += "-r\(revision)" }
            return text
        }

        private static func number(after letter: Character, in part: Substring?) -> Int? {
            guard let part, part.first == letter else { return nil }
            return Int(part.dropFirst())
        }
    }
}

extension String {
    fileprivate var replacingHyphens: String { String(map { $0 == "-" ? "/" : $0 }) }
}
