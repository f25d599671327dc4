internal import Domain

/// A name that a client gave to a file. It can become the title of an image, and never a part of a path.
public struct FileName: Hashable, Sendable {
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

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        let rest = drop(while: \.isWhitespace)
        let end = rest.lastIndex { !$0.isWhitespace }
        return end.map { String(rest[...$0]) } ?? ""
    }
}
