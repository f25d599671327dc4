/// Reads the text of a search once, from left to right.
struct SearchSyntaxReader {
    private let scalars: [Unicode.Scalar]
    private var index = 0

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    /// The next term; nil at the end.
    mutating func term() throws(SearchSyntaxError) -> SearchSyntax.Term? {
        while let scalar = current, Self.isSpace(scalar) { index += 1 }
        guard current != nil else { return nil }
        let start = index
        let isExcluded = current == "-"
        if isExcluded {
            index += 1
            guard let scalar = current, !Self.isSpace(scalar) else {
                throw SearchSyntaxError(
                    at: start, "A minus excludes what follows it, as in -cat; to search for a minus, quote it: \"-\".")
            }
        }
        let field = field()
        return SearchSyntax.Term(
            position: start, isExcluded: isExcluded, field: field, value: try value(of: field, from: start))
    }

    private var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    /// The text before a colon, if there is any; the reader then moves after the colon.
    private mutating func field() -> String? {
        var end = index
        while end < scalars.count, scalars[end] != ":", scalars[end] != "\"", !Self.isSpace(scalars[end]) { end += 1 }
        guard end > index, end < scalars.count, scalars[end] == ":" else { return nil }
        defer { index = end + 1 }
        return text(index..<end).lowercased()
    }

    private mutating func value(of field: String?, from start: Int) throws(SearchSyntaxError) -> SearchSyntax.Value {
        let position = index
        let value = opensQuotation ? try quotation() : bare()
        if let field, value.text.isEmpty, !value.isQuoted {
            throw SearchSyntaxError(
                at: position,
                "A value must follow '\(field.prefix(40)):' at once, as in tag:beach or tag:\"two words\".")
        }
        return value
    }

    private var opensQuotation: Bool {
        current == "\"" && scalars[(index + 1)...].contains { !Self.isSpace($0) }
    }

    private mutating func quotation() throws(SearchSyntaxError) -> SearchSyntax.Value {
        let start = index
        guard let end = scalars[(start + 1)...].firstIndex(of: "\"") else {
            throw SearchSyntaxError(at: start, "The quotation that begins here has no end: add a \".")
        }
        index = end + 1
        let isPrefix = current == "*"
        if isPrefix { index += 1 }
        if let scalar = current, !Self.isSpace(scalar) {
            throw SearchSyntaxError(at: index, "A space must follow the end of a quotation.")
        }
        return SearchSyntax.Value(
            position: start, text: text((start + 1)..<end), isQuoted: true, isPrefix: isPrefix)
    }

    private mutating func bare() -> SearchSyntax.Value {
        let start = index
        while let scalar = current, !Self.isSpace(scalar) { index += 1 }
        let isPrefix = index > start + 1 && scalars[index - 1] == "*"
        return SearchSyntax.Value(
            position: start, text: text(start..<(isPrefix ? index - 1 : index)), isQuoted: false, isPrefix: isPrefix)
    }

    private func text(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[range])
        return String(view)
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }
}
