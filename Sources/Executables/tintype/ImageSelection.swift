import Client
import CommandLine
import Domain

/// The images that a command processes: ids, or criteria.
enum ImageSelection {
    private static let keywords = Option(
        "keywords", "WORDS", .text, default: "", defaultText: "none",
        "Words that the image must have in its texts: title, description, tags, attributes, camera or lens.")
    private static let keyword = Option(repeatable: "keyword", "WORD", "Another such word.")
    private static let user = Option<String?>(
        "user", "HANDLE", .text, "The owner of the images. By default, all images that you may see.")
    private static let tag = Option(repeatable: "tag", "TEXT", "A tag that the images must have.")

    static let options: [any AnyOption] = [keywords, keyword, user, tag]

    static func ids(_ arguments: ParsedArguments) throws -> [ImageID] {
        try arguments.arguments.map(id)
    }

    static func id(_ text: String) throws -> ImageID {
        guard let id = ImageID(text) else {
            throw UsageError(
                "'\(SanitizedText.of(text))' is not an id: ids are UUIDs, such as tintype list prints them")
        }
        return id
    }

    /// The criteria of the options, with the owner if `--user` is given.
    static func query(_ arguments: ParsedArguments) throws -> ImageQuery {
        var query = ImageQuery()
        let words = try arguments.value(of: keywords).split(whereSeparator: \.isWhitespace).map(String.init)
        query.words = try words + arguments.value(of: keyword)
        query.tags = try arguments.value(of: tag)
        query.owner = try arguments.value(of: user)
        return query
    }
}
