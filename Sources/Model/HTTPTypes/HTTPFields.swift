/// The fields of a message, in their order, looked up ignoring the case of names (RFC 9110, section 5).
public struct HTTPFields: Sendable, Sequence, ExpressibleByDictionaryLiteral {
    public typealias Element = (name: String, value: String)

    private var fields: [Element] = []

    public init() {}

    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { (name: $0.0, value: $0.1) }
    }

    /// All values of the name, joined by commas as RFC 9110, section 5.3 allows; nil if there is none.
    ///
    /// Setting replaces every field of the name; setting nil removes them.
    public subscript(name: String) -> String? {
        get {
            var joined: String?
            for field in fields where Self.equal(field.name, name) {
                joined = joined.map { $0 + ", " + field.value } ?? field.value
            }
            return joined
        }
        set {
            fields.removeAll { Self.equal($0.name, name) }
            if let newValue { fields.append((name, newValue)) }
        }
    }

    /// The number of fields with the name.
    public func count(of name: String) -> Int { fields.count { Self.equal($0.name, name) } }

    /// Adds a field after the others.
    public mutating func append(_ name: String, _ value: String) { fields.append((name, value)) }

    /// Adds a member to a field that is a list, such as `Vary`.
    public mutating func addMember(_ member: String, to name: String) {
        self[name] = self[name].map { $0 + ", " + member } ?? member
    }

    /// Whether a list-valued field has the member, ignoring case.
    public func has(_ member: String, in name: String) -> Bool {
        guard let value = self[name] else { return false }
        return value.split(separator: ",").contains { Self.equal($0.trimmingBlanks, member) }
    }

    /// Whether names are tokens, and values hold neither line breaks nor NUL (RFC 9110, sections 5.1 and 5.5).
    public var isWellFormed: Bool {
        fields.allSatisfy { name, value in
            !name.isEmpty && name.utf8.allSatisfy(Self.isTokenByte)
                && !value.utf8.contains { $0 == 0 || $0 == 10 || $0 == 13 }
        }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    public func makeIterator() -> IndexingIterator<[Element]> { fields.makeIterator() }

    /// Compares ASCII letters ignoring their case.
    static func equal(_ left: some StringProtocol, _ right: some StringProtocol) -> Bool {
        equal(String(left), String(right))
    }

    /// Compares ASCII letters ignoring their case: for whole strings, as nearly all are, and so without generics.
    static func equal(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        var others = right.utf8.makeIterator()
        for byte in left.utf8 {
            guard let other = others.next(), byte == other || lowercased(byte) == lowercased(other) else {
                return false
            }
        }
        return true
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}

extension StringProtocol {
    /// The text without spaces and tabs at its ends (OWS of RFC 9110, section 5.6.3).
    public var trimmingBlanks: SubSequence {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) }) else {
            return self[endIndex...]
        }
        return self[first...last]
    }
}
