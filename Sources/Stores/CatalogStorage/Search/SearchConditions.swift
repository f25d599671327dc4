internal import Domain
internal import SQL

/// The criteria of a search, sorted by how they are looked for.
struct SearchConditions {
    /// Words that must occur, and words that must not.
    private(set) var words: [WordMatch], excludedWords: [WordMatch] = []
    /// The keys of tags that must be there.
    private(set) var tags: [String]
    /// What all bounds of the date taken leave; nil if there are none.
    private(set) var taken: SearchInterval<CivilTime>?
    private(set) var owner: String?
    private(set) var place: GeographicCircle?
    private(set) var state: ImageRecord.State?
    /// Any of these; none if they do not matter.
    private(set) var formats: [ImageFormat]
    private(set) var bytes: SearchInterval<Int64>?
    let digest: Digest?
    /// All others, and whether each is excluded.
    private(set) var rest: [SearchTerm] = []

    init(_ criteria: SearchCriteria) {
        words = criteria.words.map { WordMatch($0) }
        tags = criteria.tags.map(TagRows.key)
        digest = criteria.digest
        (state, formats) = (criteria.state, criteria.formats)
        if criteria.takenFrom != nil || criteria.takenTo != nil {
            taken = SearchInterval(from: criteria.takenFrom, below: criteria.takenTo)
        }
        for term in criteria.terms + Self.ranges(criteria).map({ SearchTerm($0) }) { add(term) }
    }

    /// Whether the images that meet the conditions are walked in the order of arrival by nature.
    var isKeptByArrival: Bool { !words.isEmpty || !tags.isEmpty }

    /// One of a kind goes if an index may be walked along; what comes twice, or is excluded, to the rest.
    private mutating func add(_ term: SearchTerm) {
        switch (term.condition, term.isExcluded) {
        case (.words(let match), false): words.append(match)
        case (.words(let match), true): if match.hasWord { excludedWords.append(match) }
        case (.tag(let tag), false): tags.append(TagRows.key(tag))
        case (.taken(let interval), false): taken = taken.map { $0.intersection(interval) } ?? interval
        case (.owner(let handle), false) where owner == nil: owner = handle
        case (.near(let circle), false) where place == nil: place = circle
        case (.state(let wanted), false) where state == nil: state = wanted
        case (.format(let format), false) where formats.isEmpty: formats = [format]
        case (.bytes(let interval), false): bytes = bytes.map { $0.intersection(interval) } ?? interval
        default: rest.append(term)
        }
    }

    private static func ranges(_ criteria: SearchCriteria) -> [SearchCondition] {
        var all: [SearchCondition] = []
        if criteria.addedFrom != nil || criteria.addedTo != nil {
            all.append(.added(SearchInterval(from: criteria.addedFrom, below: criteria.addedTo)))
        }
        func add(
            _ from: Int64?, _ to: Int64?, _ condition: (SearchInterval<Int64>) -> SearchCondition
        ) {
            guard from != nil || to != nil else { return }
            all.append(condition(SearchInterval(from: from, below: to.flatMap { $0 == .max ? nil : $0 + 1 })))
        }
        add(criteria.minimumWidth.map(Int64.init), criteria.maximumWidth.map(Int64.init), SearchCondition.width)
        add(criteria.minimumHeight.map(Int64.init), criteria.maximumHeight.map(Int64.init), SearchCondition.height)
        add(criteria.minimumBytes, criteria.maximumBytes, SearchCondition.bytes)
        return all
    }
}

extension SearchInterval {
    func intersection(_ other: SearchInterval) -> SearchInterval {
        SearchInterval(
            from: [from, other.from].compactMap { $0 }.max(), below: [below, other.below].compactMap { $0 }.min())
    }
}

extension WordMatch {
    /// Whether there is any letter or digit: what has none occurs nowhere, and is excluded everywhere already.
    var hasWord: Bool {
        text.unicodeScalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
                .letterNumber, .otherNumber, .privateUse:
                true
            default: false
            }
        }
    }
}
