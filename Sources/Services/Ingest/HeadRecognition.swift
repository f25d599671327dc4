internal import Domain
internal import FileFormats

/// Finds the format of a file while its first bytes arrive.
struct HeadRecognition {
    private var head: [UInt8] = []
    /// How many bytes of the head are collected before the format is looked for.
    private var wanted = FormatRecognition.headLength
    private(set) var format: ImageFormat?

    /// Takes the next bytes.
    ///
    /// - Throws: `ServiceError` with `unsupported`, as soon as that is known.
    mutating func take(_ piece: [UInt8]) throws {
        guard format == nil else { return }
        head.append(contentsOf: piece.prefix(FormatRecognition.longestHead - head.count))
        if head.count >= wanted { try identify(isWhole: false) }
    }

    /// The format, once all bytes were taken.
    ///
    /// - Throws: `ServiceError` with `unsupported`.
    mutating func finish() throws -> ImageFormat {
        if format == nil { try identify(isWhole: true) }
        guard let format else { throw ServiceError.unsupported("plain text") }
        return format
    }

    /// Looks for the format in the head.
    ///
    /// - Parameter isWhole: whether no more bytes follow.
    private mutating func identify(isWhole: Bool) throws {
        switch FormatRecognition.recognise(head) {
        case .image(let found): format = found
        case .undecided where !isWhole: wanted = FormatRecognition.longestHead
        case .undecided: throw ServiceError.unsupported("plain text")
        case .other(let description): throw ServiceError.unsupported(description)
        }
    }
}
