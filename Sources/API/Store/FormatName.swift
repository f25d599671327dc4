internal import Domain
internal import HTTPTypes

/// Formats as requests name them.
enum FormatName {
    /// The format that a parameter names; nil if it is not given.
    ///
    /// - Parameter possible: the formats that are available.
    /// - Throws: a problem with the status 415 that lists them.
    static func read(_ query: QueryParameters, _ name: String, of possible: [ImageFormat]) throws -> ImageFormat? {
        try query.text(name).map { try read($0, of: possible, at: .parameter(name)) }
    }

    /// - Parameter fault: where the request names the format.
    static func read(
        _ text: some StringProtocol, of possible: [ImageFormat], at fault: Problem.Fault
    ) throws -> ImageFormat {
        guard let format = ImageFormat(name: text), possible.contains(format) else {
            throw unknown(String(text), of: possible, at: fault)
        }
        return format
    }

    static func unknown(_ text: String, of possible: [ImageFormat], at fault: Problem.Fault) -> Problem {
        let list = possible.map(\.fileExtension).joined(separator: ", ")
        return Problem(
            .unsupportedFormat, at: fault,
            "The type '\(text.prefix(100))' is not available here; these are: \(list).")
    }
}
