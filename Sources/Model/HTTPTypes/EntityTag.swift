/// A validator of a representation (RFC 9110, section 8.8.3).
public struct EntityTag: Hashable, Sendable, CustomStringConvertible {
    public let opaque: String
    public let isWeak: Bool

    public init(_ opaque: String, isWeak: Bool = false) {
        self.opaque = opaque
        self.isWeak = isWeak
    }

    public var description: String { (isWeak ? "W/" : "") + "\"" + opaque + "\"" }

    /// Both strong, and equal (section 8.8.3.2).
    public func matchesStrongly(_ other: EntityTag) -> Bool {
        !isWeak && !other.isWeak && opaque == other.opaque
    }

    /// Equal, weak or not (section 8.8.3.2).
    public func matchesWeakly(_ other: EntityTag) -> Bool { opaque == other.opaque }

    /// Reads one tag; nil for anything else.
    public init?(_ text: some StringProtocol) {
        var rest = Substring(text).trimmingBlanks
        isWeak = rest.hasPrefix("W/")
        if isWeak { rest = rest.dropFirst(2) }
        guard rest.utf8.count >= 2, rest.first == "\"", rest.last == "\"" else { return nil }
        let inner = rest.dropFirst().dropLast()
        guard !inner.contains("\"") else { return nil }
        opaque = String(inner)
    }
}

/// The value of `If-Match` or `If-None-Match` (RFC 9110, sections 13.1.1 and 13.1.2).
public enum EntityTagCondition: Hashable, Sendable {
    case any
    case oneOf([EntityTag])

    /// Reads the field's value; nil if it is malformed.
    public init?(_ text: String) {
        if text.trimmingBlanks == "*" {
            self = .any
            return
        }
        var tags: [EntityTag] = []
        var rest = text[...]
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "," }
            if rest.isEmpty { break }
            let start = rest.hasPrefix("W/") ? rest.dropFirst(2) : rest
            guard start.first == "\"", let end = start.dropFirst().firstIndex(of: "\"") else { return nil }
            guard let tag = EntityTag(rest[...end]) else { return nil }
            tags.append(tag)
            rest = rest[rest.index(after: end)...]
        }
        guard !tags.isEmpty else { return nil }
        self = .oneOf(tags)
    }
}
