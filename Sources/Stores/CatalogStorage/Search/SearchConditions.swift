internal import Domain
internal import SQL

/// The criteria of a search, grouped by the index that can find them.
struct SearchConditions {
    /// Words that must occur, and words that must not occur.
    var words: [WordMatch], excludedWords: [WordMatch] = []
    /// The keys of the required tags.
    private(set) var tags: [String]
    private(set) var attributes: [AttributeMatch] = []
    /// The first external id that is required.
    private(set) var externalID: String?
    /// What the first of the required albums shows; nil if none is required.
    private(set) var albums: [AlbumScope]?
    /// The first interval of dates taken; nil if there is none.
    private(set) var taken: SearchInterval<CivilTime>?
    private(set) var owner: String?
    private(set) var place: GeographicCircle?
    private(set) var state: ImageRecord.State?
    /// The formats of which an image must have one; empty for any format.
    private(set) var formats: [ImageFormat]
    private(set) var bytes: SearchInterval<Int64>?
    let digest: Digest?
    /// All other conditions, and whether each is excluded.
    var rest: [SearchTerm] = []

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

    /// Whether an index returns the matching images in the order in which they were added.
    var isInSequenceOrder: Bool { !words.isEmpty || !tags.isEmpty || !attributes.isEmpty }

    /// Adds a term to the conditions that an index can find. Repeated and excluded conditions go to `rest`.
    private mutating func add(_ term: SearchTerm) {
        switch (term.condition, term.isExcluded) {
        case (.words(let match), false): words.append(match)
        case (.words(let match), true): if match.hasWord { excludedWords.append(match) }
        case (.tag(let tag), false): tags.append(TagRows.key(tag))
        case (.attribute(let attribute), false): attributes.append(attribute)
        case (.externalID(let id), false) where externalID == nil: externalID = id
        case (.album(let match), false) where albums == nil: albums = match.scopes
        // A date that is a period may meet two intervals, and not their intersection.
        case (.taken(let interval), false) where taken == nil: taken = interval
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
    /// Whether the text has a letter or digit. A text without any occurs nowhere, so that excluding it changes nothing.
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
