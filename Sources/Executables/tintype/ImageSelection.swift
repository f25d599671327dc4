import Client
import CommandLine
import Domain

/// Which images a command is about: ids, or what they have in common.
enum ImageSelection {
    static let options = [
        Option("keywords", "WORDS", "Words that must all occur in title, description or tags."),
        Option(repeatable: "keyword", "WORD", "One such word."),
        Option("user", "HANDLE", "Whose images; everybody's that you may see where it is not given."),
        Option(repeatable: "tag", "TEXT", "A tag that the images must have."),
    ]

    static func ids(_ arguments: ParsedArguments) throws -> [ImageID] {
        try arguments.arguments.map { text in
            guard let id = ImageID(text) else {
                throw UsageError(
                    "'\(SanitizedText.of(text))' is no id: ids are UUIDs, such as tintype list prints them")
            }
            return id
        }
    }

    /// What the options ask for; of one owner where `--user` names one.
    static func query(_ arguments: ParsedArguments) -> ImageQuery {
        var query = ImageQuery()
        let words = (arguments.value("keywords") ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
        query.words = words + arguments.values("keyword")
        query.tags = arguments.values("tag")
        query.owner = arguments.value("user")
        return query
    }
}
