public import Domain

extension JSONValue {
    /// Parses one value (RFC 8259), in time that is linear in the number of bytes, however deep it is nested.
    ///
    /// Numbers without a fraction that 64 bits can hold are integers, even if they are written as `1.0` or `1e3`.
    ///
    /// - Parameter maximumDepth: how many objects and arrays may contain each other. Values are released, compared and
    ///   encoded by recursion, which a greater depth than 1,000 might not survive.
    /// - Throws: `JSONSyntax.Malformed` with the position of the mistake, also for a number that `Double` cannot hold.
    public init(parsing bytes: [UInt8], maximumDepth: Int = 1000) throws(JSONSyntax.Malformed) {
        var parser = JSONValueParser(syntax: JSONSyntax(bytes, maximumDepth: maximumDepth))
        self = try parser.parse()
    }
}

/// Builds a value of its tokens. It does not recurse.
private struct JSONValueParser {
    /// An object or array that has not been closed.
    private struct Container {
        let isObject: Bool
        /// The name of the member whose value follows.
        var name = ""
        var members: [String: JSONValue] = [:]
        var elements: [JSONValue] = []
    }

    var syntax: JSONSyntax
    private var open: [Container] = []
    private var root = JSONValue.null

    init(syntax: JSONSyntax) { self.syntax = syntax }

    mutating func parse() throws(JSONSyntax.Malformed) -> JSONValue {
        while let token = try syntax.next() {
            switch token {
            case .beginObject: open.append(Container(isObject: true))
            case .beginArray: open.append(Container(isObject: false))
            case .end:
                let closed = open.removeLast()
                add(closed.isObject ? .object(closed.members) : .array(closed.elements))
            case .name(let name):
                let last = open.count - 1
                guard open[last].members[name] == nil else { throw syntax.repeated(name) }
                open[last].name = name
            case .text(let text): add(.string(text))
            case .word("null"): add(.null)
            case .word("true"): add(.bool(true))
            case .word("false"): add(.bool(false))
            case .word(let number): add(try value(of: number))
            }
        }
        return root
    }

    /// Adds a value to the innermost container.
    private mutating func add(_ value: JSONValue) {
        let last = open.count - 1
        if last < 0 {
            root = value
        } else if open[last].isObject {
            open[last].members[open[last].name] = value
        } else {
            open[last].elements.append(value)
        }
    }

    private func value(of number: String) throws(JSONSyntax.Malformed) -> JSONValue {
        if let integer = Int64(number) { return .integer(integer) }
        guard let double = Double(number), double.isFinite else { throw syntax.malformed("a number is too large") }
        return Int64(exactly: double).map { .integer($0) } ?? .number(double)
    }
}
