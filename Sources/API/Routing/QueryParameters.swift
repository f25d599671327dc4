internal import Domain
internal import HTTPTypes

/// The query of a request, read strictly: unknown, repeated or malformed parameters are a problem that names them.
struct QueryParameters {
    private let target: RequestTarget

    /// - Parameters:
    ///   - known: the names that the route accepts.
    ///   - repeatable: those of them that may be given several times.
    ///   - prefix: what names begin with that are accepted too, each any number of times; nil if there are none.
    init(
        _ target: RequestTarget, known: Set<String>, repeatable: Set<String> = [], prefix: String? = nil
    ) throws {
        self.target = target
        var seen: Set<String> = []
        for (name, _) in target.query {
            if let prefix, name.hasPrefix(prefix), name != prefix { continue }
            guard known.contains(name) else {
                let list = (known.sorted() + (prefix.map { ["\($0)NAME"] } ?? [])).joined(separator: ", ")
                throw Problem.badRequest(
                    list.isEmpty
                        ? "This route takes no parameters, so not '\(name)' either."
                        : "There is no parameter '\(name)' here; there are: \(list).",
                    at: .parameter(name))
            }
            guard repeatable.contains(name) || seen.insert(name).inserted else {
                throw Problem.badRequest("The parameter '\(name)' may be given only once.", at: .parameter(name))
            }
        }
    }

    /// The parameters whose names begin with a prefix, without it.
    func beginning(with prefix: String) -> [(name: String, value: String)] {
        target.query.filter { $0.name.hasPrefix(prefix) }.map { (String($0.name.dropFirst(prefix.count)), $0.value) }
    }

    func text(_ name: String) -> String? { target.value(name) }

    func texts(_ name: String) -> [String] { target.values(name) }

    /// The value of a parameter, as parsed by `read`.
    func value<Value>(_ name: String, _ expectation: String, _ read: (String) -> Value?) throws -> Value? {
        guard let text = target.value(name) else { return nil }
        guard let value = read(text) else { throw Self.malformed(name, text, expectation) }
        return value
    }

    func values<Value>(_ name: String, _ expectation: String, _ read: (String) -> Value?) throws -> [Value] {
        try target.values(name).map { text in
            guard let value = read(text) else { throw Self.malformed(name, text, expectation) }
            return value
        }
    }

    func number(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        try value(name, "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    func flag(_ name: String) throws -> Bool {
        try value(name, "true or false") { ["true": true, "false": false][$0] } ?? false
    }

    func cursor() throws -> Cursor? {
        try value("cursor", "the 'next' of an earlier page, as it was given") { Cursor($0) }
    }

    private static func malformed(_ name: String, _ text: String, _ expectation: String) -> Problem {
        Problem.badRequest(
            "The parameter '\(name)' must be \(expectation), not '\(text.prefix(100))'.", at: .parameter(name))
    }
}
