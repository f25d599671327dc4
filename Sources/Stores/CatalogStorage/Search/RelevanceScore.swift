internal import TextCoding
internal import Domain
internal import SQL

/// How prominently an image's texts have the words of a search.
///
/// As in BM25F (Robertson, Zaragoza and Taylor, 2004): the more often a word occurs in a text the better, with less and less
/// effect, and the more so the shorter the text is; a title counts more than a description. How rare a word is among all
/// images is left out: all images that match have all words, and it would change with every image that comes.
struct RelevanceScore {
    /// A text of an image, and what its words are worth. `usual` is how many words such a text usually has.
    private static let texts: [(field: WordMatch.Field, weight: Double, usual: Double)] = [
        (.title, 8, 4), (.tags, 6, 6), (.camera, 3, 4), (.description, 2, 30), (.attributes, 1, 10),
    ]
    /// Of how much of a text words are counted, in characters.
    private static let longest = 1000
    /// How soon repetitions stop to count (k1 of BM25), and how much the length does (b).
    private static let saturation = 1.2, lengthEffect = 0.75

    private struct Phrase {
        let words: [String]
        let isPrefix: Bool
        let field: WordMatch.Field?
    }

    private let phrases: [Phrase]

    init(_ matches: [WordMatch]) {
        phrases = matches.map { match in
            Phrase(words: Self.words(of: match.text.folded), isPrefix: match.isPrefix, field: match.field)
        }.filter { !$0.words.isEmpty }
    }

    /// The score of the image at a sequence, in thousandths; 0 if the words are in none of the texts that count.
    func of(_ sequence: Int64, _ session: any SQLSession) throws -> Int64 {
        guard !phrases.isEmpty else { return 0 }
        let texts = try session.first(
            "SELECT title, tags, camera, description, attributes FROM images WHERE seq = \(sequence)"
        ) { row in try (0..<5).map { try row.textIfPresent(.position($0)) ?? "" } }
        return texts.map(of) ?? 0
    }

    /// The score of texts in the order of `Self.texts`. Those that are JSON are taken as they stand: their marks are no words.
    func of(_ texts: [String]) -> Int64 {
        var score = 0.0
        for (text, rule) in zip(texts, Self.texts) where !text.isEmpty {
            let words = Self.words(of: String(text.prefix(Self.longest)).folded)
            let length = 1 - Self.lengthEffect + Self.lengthEffect * Double(words.count) / rule.usual
            for phrase in phrases where phrase.field == nil || phrase.field == rule.field {
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
                let mayGoOn = phrase.isPrefix && offset == length - 1
                guard mayGoOn ? word.hasPrefix(wanted) : word == wanted else { return false }
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
