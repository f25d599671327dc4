internal import Domain
internal import SystemIO

/// Names of files that are made of what others wrote: safe on every file system, never a path, never hidden, never taken by
/// another image.
enum FileNaming {
    /// Bytes of a title in a name: with everything else it stays below the 255 that file systems allow.
    private static let titleBytes = 120

    /// A name such as `Lake-1f0c8a3b5d7e.jpg`: the title, the last digits of the id, and the format's ending.
    ///
    /// - Parameter isFull: whether the whole id goes into it, for when the short name is taken.
    static func name(
        title: String, id: ImageID, type: FileType, format: ImageFormat, isFull: Bool = false
    ) -> FilePath {
        let digits = id.description
        let suffix = type == .original ? "" : "-\(type.rawValue)"
        let stem = stem(of: title)
        return FilePath("\(stem)-\(isFull ? digits : String(digits.suffix(12)))\(suffix).\(format.fileExtension)")
    }

    /// A name for what is on its way: the same in every run, so that a later one goes on with it.
    static func part(id: ImageID, type: FileType) -> FilePath { FilePath("\(id)-\(type.rawValue).part") }

    /// A title as the beginning of a name; `image` where nothing of it can be used.
    static func stem(of title: String) -> String {
        var stem = ""
        for scalar in title.unicodeScalars {
            if isForbidden(scalar) {
                if stem.last != "_" { stem.append("_") }
            } else {
                stem.unicodeScalars.append(scalar)
            }
        }
        // A dot in front hides a file, and one at the end is lost on Windows; a hyphen in front looks like an option.
        let trimmed = trim(stem)
        var result = ""
        for character in trimmed {
            if result.utf8.count + String(character).utf8.count > titleBytes { break }
            result.append(character)
        }
        result = trim(result)
        return result.isEmpty ? "image" : result
    }

    private static func trim(_ text: String) -> String {
        let isEdge = { (character: Character) in character.isWhitespace || ".-_~".contains(character) }
        let rest = text.drop(while: isEdge)
        return String(String(rest.reversed()).drop(while: isEdge).reversed())
    }

    /// Slashes of either kind, what Windows forbids, and everything that is not seen.
    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        if "/\\:*?\"<>|".unicodeScalars.contains(scalar) { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return true
        default: return false
        }
    }
}
