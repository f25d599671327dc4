internal import TextCoding

/// Names of files that are made of what others wrote: safe on Windows, macOS and Linux, never a path, never hidden.
public enum PortableName {
    /// Bytes of a stem: with an ending and a number it stays far below the 255 that file systems allow.
    private static let maximumBytes = 120

    /// A title as a name without its ending, composed (NFC); `image` if nothing of it can be used.
    ///
    /// Whatever is forbidden anywhere becomes `_`, once for several in a row.
    public static func stem(of title: String) -> String {
        var stem = ""
        for scalar in title.composed.unicodeScalars {
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
            if result.utf8.count + String(character).utf8.count > maximumBytes { break }
            result.append(character)
        }
        result = trim(result)
        if result.isEmpty { return "image" }
        return isDevice(result) ? "_" + result : result
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

    /// Whether Windows takes a name for a device, whatever follows behind its first dot.
    private static func isDevice(_ name: String) -> Bool {
        let first = name.prefix { $0 != "." }.uppercased()
        let end = first.lastIndex { !$0.isWhitespace }
        let word = end.map { first[...$0] } ?? ""
        if ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(word) { return true }
        return word.count == 4 && (word.hasPrefix("COM") || word.hasPrefix("LPT"))
            && word.last.map { "0123456789¹²³".contains($0) } ?? false
    }
}
