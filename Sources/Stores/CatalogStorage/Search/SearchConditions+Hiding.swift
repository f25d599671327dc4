internal import Domain

/// What the conditions mean for images of which a viewer does not get everything.
extension SearchConditions {
    /// Whether a condition is about what only those know who get the original.
    var concernsOriginal: Bool {
        !words.isEmpty || !excludedWords.isEmpty || !attributes.isEmpty || externalID != nil || digest != nil
            || rest.contains { Self.isAboutOriginal($0.condition) }
    }

    /// Whether a condition is about the place.
    var concernsPlace: Bool { place != nil || rest.contains { Self.isAboutPlace($0.condition) } }

    /// The conditions for images whose originals the viewer does not get; nil if none can match. To the viewer, such an
    /// image has nothing of what is hidden: required conditions on it fail, and excluded ones hold.
    ///
    /// - Parameter hidingPlace: whether their places are hidden, too.
    func withoutOriginals(hidingPlace: Bool) -> SearchConditions? {
        func isHidden(_ condition: SearchCondition) -> Bool {
            Self.isAboutOriginal(condition) || hidingPlace && Self.isAboutPlace(condition)
        }
        guard attributes.isEmpty, externalID == nil, digest == nil, place == nil || !hidingPlace,
            words.allSatisfy(\.mayBePublic),
            !rest.contains(where: { !$0.isExcluded && isHidden($0.condition) })
        else { return nil }
        var conditions = self
        conditions.words = words.map(\.inPublicTexts)
        conditions.excludedWords = excludedWords.filter(\.mayBePublic).map(\.inPublicTexts)
        conditions.rest = rest.filter { !isHidden($0.condition) }
        return conditions
    }

    private static func isAboutOriginal(_ condition: SearchCondition) -> Bool {
        switch condition {
        case .words, .attribute, .externalID, .rating: true
        case .tag, .album, .format, .owner, .taken, .added, .near, .visibility, .state, .width, .height, .bytes: false
        }
    }

    private static func isAboutPlace(_ condition: SearchCondition) -> Bool {
        if case .near = condition { true } else { false }
    }
}

extension WordMatch {
    /// Whether it can match a text that everybody sees.
    fileprivate var mayBePublic: Bool { field?.isPublic ?? true }

    /// The same words, in the texts that everybody sees.
    var inPublicTexts: WordMatch { WordMatch(text, isPrefix: isPrefix, in: field, isInPublicTexts: true) }
}
