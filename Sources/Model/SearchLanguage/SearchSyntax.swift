/// Splits a search into terms, without interpreting them.
///
///     query = { space } [ term { space term } { space } ]
///     term  = [ "-" ] [ field ":" ] value
///     value = quotation [ "*" ] / characters without space [ "*" ]
///
/// A quotation goes from one `"` to the next; within it all characters are literal. A `"` elsewhere, and one with
/// nothing after it, is an ordinary character.
public struct SearchSyntax: Hashable, Sendable {
    /// The maximum number of characters and terms of a search.
    public static let maximumLength = 1000, maximumTerms = 32

    public struct Term: Hashable, Sendable {
        /// The position of the term, in Unicode code points from 0.
        public let position: Int
        public let isExcluded: Bool
        /// The field before the colon, in lower case; nil if there is none.
        public let field: String?
        public let value: Value
    }

    public struct Value: Hashable, Sendable {
        public let position: Int
        /// Without quotes and asterisk.
        public let text: String
        public let isQuoted: Bool
        /// Whether an asterisk follows.
        public let isPrefix: Bool
    }

    public let terms: [Term]

    /// - Throws: `SearchSyntaxError`: too long, too many terms, a quotation without an end, or a term without a value.
    public init(_ text: String) throws(SearchSyntaxError) {
        guard text.unicodeScalars.count <= Self.maximumLength else {
            throw SearchSyntaxError(
                at: Self.maximumLength,
                "A search may have at most \(Self.maximumLength) characters: leave something out.")
        }
        var reader = SearchSyntaxReader(text)
        var terms: [Term] = []
        while let term = try reader.term() {
            guard terms.count < Self.maximumTerms else {
                throw SearchSyntaxError(
                    at: term.position, "A search may have at most \(Self.maximumTerms) terms: leave some out.")
            }
            terms.append(term)
        }
        self.terms = terms
    }
}

/// A mistake in a search, and its position.
public struct SearchSyntaxError: Error, Hashable {
    /// In Unicode code points from the beginning of the text.
    public let position: Int
    /// One or two sentences: the mistake, and how to correct it.
    public let message: String

    init(at position: Int, _ message: String) { (self.position, self.message) = (position, message) }
}
