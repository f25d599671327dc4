/// What a request asks for: the decoded components of a path, and the query (RFC 3986, sections 3.3 and 3.4).
public struct RequestTarget: Hashable, Sendable {
    /// A target that cannot be read, and why.
    public struct Malformed: Error {
        public let reason: String
    }

    /// The path as it was sent, without the query.
    public let path: String
    /// The path's components, percent-decoded one by one, so that an encoded slash stays inside its component.
    public let components: [String]
    /// Whether the path ends in a slash behind its last component.
    public let hasTrailingSlash: Bool
    /// The query's pairs, decoded, in their order.
    public let query: [(name: String, value: String)]

    /// Reads the origin-form of a target (RFC 9112, section 3.2.1); the absolute-form loses its scheme and authority.
    public init(_ text: String) throws(Malformed) {
        var rest = text[...]
        if !rest.hasPrefix("/"), let scheme = rest.range(ofText: "://") {
            rest = rest[scheme.upperBound...].drop { $0 != "/" && $0 != "?" }
        }
        let pathPart = rest.prefix { $0 != "?" && $0 != "#" }
        let queryPart = rest.dropFirst(pathPart.count).dropFirst().prefix { $0 != "#" }
        path = pathPart.isEmpty ? "/" : String(pathPart)
        guard path.hasPrefix("/") || path == "*" else { throw Malformed(reason: "the path must begin with a slash") }
        var components: [String] = []
        for component in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            components.append(try Self.decode(component, plusIsSpace: false))
        }
        hasTrailingSlash = components.count > 1 && components.last == ""
        if components.last == "" { components.removeLast() }
        self.components = components
        var query: [(String, String)] = []
        for pair in queryPart.split(separator: "&") {
            let name = pair.prefix { $0 != "=" }
            let value = pair.dropFirst(name.count + 1)
            query.append((try Self.decode(name, plusIsSpace: true), try Self.decode(value, plusIsSpace: true)))
        }
        self.query = query
    }

    /// The first value of a name in the query.
    public func value(_ name: String) -> String? { query.first { $0.name == name }?.value }

    /// Every value of a name in the query.
    public func values(_ name: String) -> [String] { query.filter { $0.name == name }.map(\.value) }

    public static func == (left: RequestTarget, right: RequestTarget) -> Bool {
        left.path == right.path && left.query.elementsEqual(right.query) { $0 == $1 }
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(path) }

    private static func decode(_ text: Substring, plusIsSpace: Bool) throws(Malformed) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || (plusIsSpace && $0 == UInt8(ascii: "+")) }) else {
            return String(text)
        }
        guard let bytes = PercentEncoding.decode(text.utf8, plusIsSpace: plusIsSpace) else {
            throw Malformed(reason: "a percent sign must be followed by two hexadecimal digits")
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw Malformed(reason: "percent-encoded text must be UTF-8")
        }
        return decoded
    }
}

extension Substring {
    fileprivate func range(ofText text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
