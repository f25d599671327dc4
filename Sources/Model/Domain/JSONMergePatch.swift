extension [String: JSONValue] {
    /// The members after this merge patch: null removes one, an object is merged into it, any other value replaces it
    /// (RFC 7396, section 2).
    public func merged(into members: [String: JSONValue]) -> [String: JSONValue] {
        var members = members
        for (name, value) in self {
            switch value {
            case .null: members[name] = nil
            case .object(let patch):
                let before = if case .object(let before)? = members[name] { before } else { [String: JSONValue]() }
                members[name] = .object(patch.merged(into: before))
            default: members[name] = value
            }
        }
        return members
    }
}
