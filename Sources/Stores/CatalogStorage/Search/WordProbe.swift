internal import Domain
internal import SQL

/// Probes the index of words for one image after the other.
///
/// A probe takes about 50 µs. If most images have a word, this is still the faster way to fill a page: gathering all
/// matching rows takes 50 ms and more with a million images (`docs/decisions/0014`).
struct WordProbe {
    /// How many images are probed for each hit that is wanted.
    static let probesPerHit = 4
    /// How many hits may be wanted for probing to pay off.
    static let hitLimit = 250

    /// How many of the newest images are sampled to estimate how common the words are.
    private static let sample: Int64 = 1000

    private let conditions: SearchConditions
    private let index: any WordIndex

    /// Nil if there are no words.
    init?(_ conditions: SearchConditions, _ index: any WordIndex) {
        guard !conditions.words.isEmpty || !conditions.excludedWords.isEmpty else { return nil }
        (self.conditions, self.index) = (conditions, index)
    }

    /// Nil if there are no words, or if the sample shows that too few images meet the condition, so that gathering them
    /// is faster.
    init?(ifCommon conditions: SearchConditions, _ index: any WordIndex, _ session: any SQLSession) throws {
        self.init(conditions, index)
        let newest = try session.integer("SELECT coalesce(max(seq), 0) FROM images")
        let size = min(newest, Self.sample)
        let count = try session.integer(
            "SELECT count(*) FROM \(sql: index.table) WHERE \(sql: matches) AND \(sql: index.sequence) > \(newest - size)"
        )
        let enough = max(1, size / Int64(Self.probesPerHit))
        guard count >= enough, !conditions.words.isEmpty || size - count >= enough else { return nil }
    }

    /// Whether the image at a sequence meets the words.
    func holds(at sequence: SQLQuery) -> SQLQuery {
        let exists: SQLQuery = """
            EXISTS (SELECT 1 FROM \(sql: index.table) WHERE \(sql: matches) AND \(sql: index.sequence) = \(sql: sequence))
            """
        return conditions.words.isEmpty ? "NOT \(sql: exists)" : exists
    }

    /// The rows of the index that have all words and none of the excluded ones; without words, those that have any of
    /// the excluded ones.
    private var matches: SQLQuery {
        let (words, excluded) = (conditions.words, conditions.excludedWords)
        return words.isEmpty ? index.matches(anyOf: excluded) : index.matches(words, without: excluded)
    }
}
