/// Which images are asked for.
public struct ImageQuery: Sendable {
    /// Words that must all occur.
    public var words: [String] = []
    /// Tags that must all be there.
    public var tags: [String] = []
    /// The handle of the owner; nil for all that may be seen.
    public var owner: String?

    public init() {}

    /// Whether it asks for everything.
    public var isEmpty: Bool { words.isEmpty && tags.isEmpty && owner == nil }

    var parameters: [(String, String)] {
        var parameters: [(String, String)] = []
        if !words.isEmpty { parameters.append(("q", words.joined(separator: " "))) }
        for tag in tags { parameters.append(("tag", tag)) }
        if let owner { parameters.append(("owner", owner)) }
        return parameters
    }
}
