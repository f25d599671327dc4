/// The name of a file in the store: `<type>/<year>/<month>/<day>/<digest>.<extension>`.
public struct BlobKey: Hashable, Sendable, CustomStringConvertible {
    /// The path below the store's root, with `/` between its five components.
    public let path: String

    /// The key of a file; the date is 2000/01/01 if the date taken is unknown.
    public init(type: FileType, digest: Digest, taken: CivilTime?, format: ImageFormat) {
        let date = taken.map { $0.dateDescription.replacingHyphens } ?? "2000/01/01"
        path = "\(type.rawValue)/\(date)/\(digest).\(format.fileExtension)"
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
        guard name.count == 2, let digest = Digest(name[0]), digest.description == name[0], !name[1].isEmpty,
            name[1].utf8.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
        else { return nil }
        return (type, digest)
    }
}

extension String {
    fileprivate var replacingHyphens: String { String(map { $0 == "-" ? "/" : $0 }) }
}
