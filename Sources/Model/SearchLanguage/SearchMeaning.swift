public import Domain

/// Interprets the terms of a search.
public enum SearchMeaning {
    /// The terms of a search, in their order.
    ///
    /// - Throws: `SearchSyntaxError` if the syntax is wrong, a field is unknown, or a value is not valid for its
    ///   field.
    public static func terms(of text: String) throws(SearchSyntaxError) -> [SearchTerm] {
        var terms: [SearchTerm] = []
        for term in try SearchSyntax(text).terms {
            terms.append(SearchTerm(try condition(term), isExcluded: term.isExcluded))
        }
        return terms
    }

    private static func condition(_ term: SearchSyntax.Term) throws(SearchSyntaxError) -> SearchCondition {
        let value = term.value
        guard let name = term.field else { return .words(WordMatch(value.text, isPrefix: value.isPrefix)) }
        if name.hasPrefix(SearchField.attributePrefix) { return try attribute(name, value) }
        guard let field = SearchField(rawValue: name) else {
            throw SearchSyntaxError(
                at: term.position,
                "There is no field '\(name.prefix(40))'; there are: \(SearchField.list), \(SearchField.attributePrefix)NAME. To search for text with a "
                    + "colon, such as 12:30 or http://example.com, put it into quotes: \"12:30\".")
        }
        if let words = field.words { return .words(WordMatch(value.text, isPrefix: value.isPrefix, in: words)) }
        if value.isPrefix {
            if field == .tag { return .words(WordMatch(value.text, isPrefix: true, in: .tags)) }
            throw SearchSyntaxError(at: value.position, "'\(name):' takes no asterisk: it takes \(field.expectation).")
        }
        guard let condition = field.condition(value.text) else {
            throw SearchSyntaxError(
                at: value.position, "'\(name):' takes \(field.expectation), not '\(value.text.prefix(100))'.")
        }
        return condition
    }

    /// An attribute with an exact value.
    private static func attribute(
        _ field: String, _ value: SearchSyntax.Value
    ) throws(SearchSyntaxError) -> SearchCondition {
        let name = String(field.dropFirst(SearchField.attributePrefix.count))
        guard !name.isEmpty else {
            throw SearchSyntaxError(
                at: value.position, "The name of an attribute must follow 'attr.', as in attr.color:red.")
        }
        guard !value.isPrefix else {
            throw SearchSyntaxError(
                at: value.position, "'\(field.prefix(40)):' takes no asterisk: it takes the whole value.")
        }
        return .attribute(AttributeMatch(name: name, value: value.text))
    }
}
