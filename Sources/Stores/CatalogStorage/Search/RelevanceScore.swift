internal import TextCoding
internal import Domain
internal import SQL

/// How well the texts of an image match the words of a search.
///
/// The score follows BM25F (Robertson, Zaragoza and Taylor, 2004). It grows with the number of times that a word
/// occurs, with diminishing effect, and is higher in short texts. A title counts more than a description. The rarity of
/// words is left out: every match has all words, and rarity would change with each new image (`docs/decisions/0014`).
struct RelevanceScore {
    /// The texts of an image with the weights of their words. `usual` is the number of words that such a text usually
    /// has.
    private static let texts: [(field: WordMatch.Field, weight: Double, usual: Double)] = [
        (.title, 8, 4), (.tags, 6, 6), (.camera, 3, 4), (.description, 2, 30), (.attributes, 1, 10),
    ]
    /// The part of a text in which words are counted, in characters.
    private static let countedLength = 1000
    /// How soon further occurrences stop counting (k1 of BM25), and how much the length counts (b).
    private static let saturation = 1.2, lengthEffect = 0.75

    private struct Phrase {
        let words: [String]
        let isPrefix: Bool
        let field: WordMatch.Field?
        let isInPublicTexts: Bool

        func counts(in field: WordMatch.Field) -> Bool {
            (self.field ?? field) == field && (field.isPublic || !isInPublicTexts)
        }
    }

    private let phrases: [Phrase]

    init(_ matches: [WordMatch]) {
        phrases = matches.map { match in
            Phrase(
                words: Self.words(of: match.text.folded), isPrefix: match.isPrefix, field: match.field,
                isInPublicTexts: match.isInPublicTexts)
        }.filter { !$0.words.isEmpty }
    }

    /// The score of the image at a sequence, in thousandths; 0 if none of the texts has the words.
    func of(_ sequence: Int64, _ session: any SQLSession) throws -> Int64 {
        guard !phrases.isEmpty else { return 0 }
        let texts = try session.first(
            "SELECT title, tags, camera, description, attributes FROM images WHERE seq = \(sequence)"
        ) { row in try (0..<5).map { try row.textIfPresent(.position($0)) ?? "" } }
        return texts.map(of) ?? 0
    }

    /// The score of texts in the order of `Self.texts`. JSON is not parsed: its punctuation contains no words.
    func of(_ texts: [String]) -> Int64 {
        var score = 0.0
        for (text, rule) in zip(texts, Self.texts) where !text.isEmpty {
            let words = Self.words(of: String(text.prefix(Self.countedLength)).folded)
            let length = 1 - Self.lengthEffect + Self.lengthEffect * Double(words.count) / rule.usual
            for phrase in phrases where phrase.counts(in: rule.field) {
                let count = Double(Self.occurrences(of: phrase, in: words))
                score += rule.weight * count / (count + Self.saturation * length)
            }
        }
        return Int64(score * 1000)
    }

    private static func occurrences(of phrase: Phrase, in words: [String]) -> Int {
        let length = phrase.words.count
        guard words.count >= length else { return 0 }
        return (0...(words.count - length)).count { start in
            for (offset, wanted) in phrase.words.enumerated() {
                let word = words[start + offset]
                let matchesPrefix = phrase.isPrefix && offset == length - 1
                guard matchesPrefix ? word.hasPrefix(wanted) : word == wanted else { return false }
            }
            return true
        }
    }

    private static func words(of text: String) -> [String] {
        text.unicodeScalars.split { !isInWord($0) }.map { String($0) }
    }

    private static func isInWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x30...0x39, 0x61...0x7A: true
        case 0..<0x80: false
        default: scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        }
    }
}
