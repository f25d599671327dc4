/// Criteria that select images.
public struct ImageQuery: Sendable {
    /// Words that an image must contain.
    public var words: [String] = []
    /// Tags that an image must have.
    public var tags: [String] = []
    /// The handle of the owner; nil for all visible images.
    public var owner: String?

    public init() {}

    /// Whether it has no criteria.
    public var isEmpty: Bool { words.isEmpty && tags.isEmpty && owner == nil }

    var parameters: [(String, String)] {
        var parameters: [(String, String)] = []
        if !words.isEmpty { parameters.append(("q", words.joined(separator: " "))) }
        for tag in tags { parameters.append(("tag", tag)) }
        if let owner { parameters.append(("owner", owner)) }
        return parameters
    }
}
