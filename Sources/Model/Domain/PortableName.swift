internal import TextCoding

/// Makes names of files from untrusted text: safe on Windows, macOS and Linux, never a path, never hidden.
public enum PortableName {
    /// The maximum bytes of a stem: with an extension and a number it stays far below the 255 that file systems allow.
    private static let maximumBytes = 120

    /// A title as a name without an extension, composed (NFC); `image` if no character can be used.
    ///
    /// Runs of characters that any system forbids become `_`.
    public static func stem(of title: String) -> String {
        var stem = ""
        for scalar in title.composed.unicodeScalars {
            if isForbidden(scalar) {
                if stem.last != "_" { stem.append("_") }
            } else {
                stem.unicodeScalars.append(scalar)
            }
        }
        // A leading dot hides a file, a trailing one is lost on Windows, and a leading hyphen looks like an option.
        let trimmed = trim(stem)
        var result = ""
        for character in trimmed {
            if result.utf8.count + String(character).utf8.count > maximumBytes { break }
            result.append(character)
        }
        result = trim(result)
        if result.isEmpty { return "image" }
        return isDevice(result) ? "_" + result : result
    }

    /// The same for the title of an image, without the endings of images that it has.
    public static func imageStem(of title: String) -> String {
        // Trimming may bring another ending to light: `a.jpg-`.
        ImageEnding.stem(of: stem(of: ImageEnding.stem(of: title)))
    }

    private static func trim(_ text: String) -> String {
        let isEdge = { (character: Character) in character.isWhitespace || ".-_~".contains(character) }
        let rest = text.drop(while: isEdge)
        return String(String(rest.reversed()).drop(while: isEdge).reversed())
    }

    /// Slashes, backslashes, characters that Windows forbids, and invisible characters.
    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        if "/\\:*?\"<>|".unicodeScalars.contains(scalar) { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return true
        default: return false
        }
    }

    /// Whether Windows treats a name as a device, whatever follows its first dot.
    private static func isDevice(_ name: String) -> Bool {
        let first = name.prefix { $0 != "." }.uppercased()
        let end = first.lastIndex { !$0.isWhitespace }
        let word = end.map { first[...$0] } ?? ""
        if ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(word) { return true }
        return word.count == 4 && (word.hasPrefix("COM") || word.hasPrefix("LPT"))
            && word.last.map { "0123456789¹²³".contains($0) } ?? false
    }
}
