internal import SystemIO

/// The target of a request: the decoded components of the path, and the query (RFC 3986, sections 3.3 and 3.4).
public struct RequestTarget: Hashable, Sendable {
    /// A target that cannot be read, and why.
    public struct Malformed: Error {
        public let reason: String
    }

    /// The path as it was sent, without the query.
    public let path: String
    /// The path's components, percent-decoded one by one, so that an encoded slash stays inside its component.
    public let components: [String]
    /// Whether the path ends in a slash after its last component.
    public let hasTrailingSlash: Bool
    /// The query's pairs, decoded, in their order.
    public let query: [(name: String, value: String)]

    /// The authority of the absolute-form, as it was sent.
    public let authority: String?

    /// Reads the origin-form or the absolute-form of a target (RFC 9112, sections 3.2.1 and 3.2.2).
    public init(_ text: String) throws(Malformed) {
        // Bytes, not characters: nearly all time of reading a target goes into finding where characters end.
        var rest = Array(text.utf8)[...]
        if rest.first != UInt8(ascii: "/"), let scheme = ByteSearch.find(Array("://".utf8), in: rest) {
            let name = rest[(scheme + 3)...].prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
            authority = String(decoding: name, as: UTF8.self)
            rest = rest[name.endIndex...]
        } else {
            authority = nil
        }
        let pathPart = rest.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        let queryPart = rest[pathPart.endIndex...].dropFirst().prefix { $0 != UInt8(ascii: "#") }
        path = pathPart.isEmpty ? "/" : String(decoding: pathPart, as: UTF8.self)
        guard pathPart.isEmpty || pathPart.first == UInt8(ascii: "/") || path == "*" else {
            throw Malformed(reason: "the path must begin with a slash")
        }
        var components: [String] = []
        for component in pathPart.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            components.append(try Self.decode(component, plusIsSpace: false))
        }
        hasTrailingSlash = components.count > 1 && components.last == ""
        if components.last == "" { components.removeLast() }
        self.components = components
        var query: [(String, String)] = []
        for pair in queryPart.split(separator: UInt8(ascii: "&")) {
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            let value = pair[name.endIndex...].dropFirst()
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

    private static func decode(_ text: ArraySlice<UInt8>, plusIsSpace: Bool) throws(Malformed) -> String {
        guard text.contains(where: { $0 == UInt8(ascii: "%") || (plusIsSpace && $0 == UInt8(ascii: "+")) }) else {
            return String(decoding: text, as: UTF8.self)
        }
        guard let bytes = PercentEncoding.decode(text, plusIsSpace: plusIsSpace) else {
            throw Malformed(reason: "a percent sign must be followed by two hexadecimal digits")
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw Malformed(reason: "percent-encoded text must be UTF-8")
        }
        return decoded
    }
}
