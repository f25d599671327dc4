/// A name that a client gave to a file. It can become the title of an image, and never a part of a path.
public struct FileName: Hashable, Sendable {
    /// The most bytes of a name, as in most file systems.
    public static let maximumBytes = 255

    /// The last component, without control and direction-changing characters.
    public let text: String

    /// Takes any text. Folders are removed, with either kind of slash.
    public init(_ name: String) {
        let last = name.split(omittingEmptySubsequences: true) { $0 == "/" || $0 == "\\" }.last ?? ""
        var clean = ""
        for scalar in last.unicodeScalars where !Self.isHidden(scalar) { clean.unicodeScalars.append(scalar) }
        text = clean.trimmed
    }

    /// The name without the ending of an image, at most 500 characters; empty if nothing is left.
    public var title: String {
        if let name = ImageEnding.removed(from: text) { return String(name.trimmed.prefix(500)) }
        // A name that consists of an ending.
        return text.lastIndex(of: ".") == text.startIndex ? "" : String(text.prefix(500))
    }

    /// The name, no longer than names may be; nil if it is empty. What is too long loses the end of its stem.
    public var kept: String? {
        guard text.utf8.count > Self.maximumBytes else { return text.isEmpty ? nil : text }
        var ending = text.lastIndex(of: ".").map { String(text[$0...]) } ?? ""
        // An ending that leaves no room for a stem is none.
        if ending.utf8.count > 16 { ending = "" }
        var stem = String(text.dropLast(ending.count))
        // By scalars: one character may have more bytes than a name.
        while stem.utf8.count + ending.utf8.count > Self.maximumBytes { stem.unicodeScalars.removeLast() }
        return stem + ending
    }

    /// Control characters, and those that reverse the direction of text, which can make `gpj.exe` look like `exe.jpg`.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: true
        default:
            (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
                || scalar.value == 0x200E || scalar.value == 0x200F || scalar.value == 0xFEFF
        }
    }
}
