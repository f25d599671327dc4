internal import Domain
internal import HTTPTypes

/// The names by which clients call formats: `jpg`, `.JPG`, `image/jpeg` …
enum FormatName {
    private static let others: [String: ImageFormat] = ["jpg": .jpeg, "jpe": .jpeg, "tif": .tiff, "heif": .heic]

    /// Nil for what is no format that is accepted.
    static func format(_ name: some StringProtocol) -> ImageFormat? {
        var text = name.lowercased()[...]
        if text.hasPrefix("image/") { text = text.dropFirst(6) }
        if text.hasPrefix(".") { text = text.dropFirst() }
        if text == "svg+xml" { return .svg }
        return others[String(text)] ?? ImageFormat(rawValue: String(text))
    }

    /// The format that a parameter names; nil where it is not given.
    ///
    /// - Parameter possible: those that can be had.
    /// - Throws: a problem with the status 415 that names them.
    static func read(_ query: QueryParameters, _ name: String, of possible: [ImageFormat]) throws -> ImageFormat? {
        try query.text(name).map { try read($0, of: possible) }
    }

    static func read(_ text: some StringProtocol, of possible: [ImageFormat]) throws -> ImageFormat {
        guard let format = format(text), possible.contains(format) else { throw unknown(String(text), of: possible) }
        return format
    }

    static func unknown(_ text: String, of possible: [ImageFormat]) -> Problem {
        let list = possible.map(\.fileExtension).joined(separator: ", ")
        return Problem(
            .unsupportedMediaType, name: "unsupported-format",
            "The type '\(text.prefix(100))' cannot be had here; these can: \(list).")
    }
}
