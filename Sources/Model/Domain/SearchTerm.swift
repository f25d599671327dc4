/// One thing that images must have, or must not have, to be found.
public struct SearchTerm: Hashable, Sendable {
    public let condition: SearchCondition
    /// Whether the images that meet the condition are left out. What an image has not, it does not meet: one without a
    /// date taken is found if a year is excluded.
    public let isExcluded: Bool

    public init(_ condition: SearchCondition, isExcluded: Bool = false) {
        (self.condition, self.isExcluded) = (condition, isExcluded)
    }
}

/// What an image may meet.
public enum SearchCondition: Hashable, Sendable {
    /// Words in its texts.
    case words(WordMatch)
    /// A whole tag, without regard to case and diacritics.
    case tag(String)
    case format(ImageFormat)
    /// The account of a handle, without regard to case; one that there is not has no images.
    case owner(handle: String)
    /// The date taken, as the camera's clock showed it.
    case taken(SearchInterval<CivilTime>)
    /// The moment of the upload.
    case added(SearchInterval<Timestamp>)
    /// Taken within a distance of a place.
    case near(GeographicCircle)
    case visibility(Visibility)
    case state(ImageRecord.State)
    /// Pixels, upright.
    case width(SearchInterval<Int64>), height(SearchInterval<Int64>)
    /// Bytes of the original.
    case bytes(SearchInterval<Int64>)
}

/// Words that occur one after the other, without regard to case and diacritics.
public struct WordMatch: Hashable, Sendable {
    /// The texts of an image that have words.
    public enum Field: String, Sendable, CaseIterable {
        case title, description, tags, attributes, camera, lens
    }

    /// Any text. Letters and digits are words, all else is between them; without a word it occurs nowhere.
    public let text: String
    /// Whether the last word may go on.
    public let isPrefix: Bool
    /// The field in which they must occur; nil for any.
    public let field: Field?

    public init(_ text: String, isPrefix: Bool = false, in field: Field? = nil) {
        (self.text, self.isPrefix, self.field) = (text, isPrefix, field)
    }
}

/// What lies from one bound, inclusive, to another, exclusive; nil is no bound.
public struct SearchInterval<Bound: Hashable & Comparable & Sendable>: Hashable, Sendable {
    public let from: Bound?, below: Bound?

    public init(from: Bound? = nil, below: Bound? = nil) { (self.from, self.below) = (from, below) }
}
