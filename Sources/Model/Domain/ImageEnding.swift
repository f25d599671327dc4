/// The endings that names of image files have, such as `.jpg`. What follows another dot belongs to the name: `v1.2`.
public enum ImageEnding {
    /// The extensions of all formats, and others that files of these formats have, in lower case.
    private static let extensions = Set(
        ImageFormat.allCases.flatMap(\.properties.extensions)
            + ["jfif", "jif", "pjpeg", "pjp", "apng", "dib", "hif", "heifs", "heics", "avifs"])

    /// A name without its last ending; nil if it has none, or consists of nothing else.
    public static func removed(from name: String) -> String? {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex,
            extensions.contains(name[name.index(after: dot)...].lowercased())
        else { return nil }
        return String(name[..<dot])
    }

    /// A title as the name of a file that gets an ending anew: without the endings that it has already.
    public static func stem(of title: String) -> String {
        var stem = title
        while let rest = removed(from: stem) { stem = rest }
        return stem
    }
}
