/// A condition that images must meet, or must not meet, to be found.
public struct SearchTerm: Hashable, Sendable {
    public let condition: SearchCondition
    /// Whether images that meet the condition are excluded. An image without a property does not meet conditions about
    /// it, so an image without a date taken is found if a year is excluded.
    public let isExcluded: Bool

    public init(_ condition: SearchCondition, isExcluded: Bool = false) {
        (self.condition, self.isExcluded) = (condition, isExcluded)
    }
}

/// A condition on an image.
public enum SearchCondition: Hashable, Sendable {
    /// Words in its texts.
    case words(WordMatch)
    /// A whole tag, ignoring case and diacritics.
    case tag(String)
    case attribute(AttributeMatch)
    /// The whole external id.
    case externalID(String)
    /// In one of the albums that a text names.
    case album(AlbumMatch)
    case format(ImageFormat)
    /// The owner's handle, ignoring case; an account that does not exist has no images.
    case owner(handle: String)
    /// The date taken, in the camera's local time.
    case taken(SearchInterval<CivilTime>)
    /// The moment of the upload.
    case added(SearchInterval<Timestamp>)
    /// Taken within a distance of a point.
    case near(GeographicCircle)
    case visibility(Visibility)
    case state(ImageRecord.State)
    /// Pixels, upright.
    case width(SearchInterval<Int64>), height(SearchInterval<Int64>)
    /// Stars, 0 to 5; an image without a rating has none.
    case rating(SearchInterval<Int64>)
    /// Bytes of the original.
    case bytes(SearchInterval<Int64>)
}

/// Consecutive words, ignoring case and diacritics.
public struct WordMatch: Hashable, Sendable {
    /// The searchable texts of an image.
    public enum Field: String, Sendable, CaseIterable {
        case title, description, tags, attributes, camera, lens, creator
        case fileName = "file_name"

        /// Whether everybody sees the text of a public image, and not only those who get its original.
        public var isPublic: Bool {
            switch self {
            case .title, .description, .tags, .creator: true
            case .attributes, .camera, .lens, .fileName: false
            }
        }
    }

    /// Any text. Words consist of letters and digits, everything else separates them; a text without a word matches
    /// nothing.
    public let text: String
    /// Whether the last word is a prefix.
    public let isPrefix: Bool
    /// The field in which they must occur; nil for any.
    public let field: Field?
    /// Whether only the texts that everybody sees of a public image count.
    public let isInPublicTexts: Bool

    public init(
        _ text: String, isPrefix: Bool = false, in field: Field? = nil, isInPublicTexts: Bool = false
    ) {
        (self.text, self.isPrefix, self.field) = (text, isPrefix, field)
        self.isInPublicTexts = isInPublicTexts
    }
}

/// The values from one bound, inclusive, to another, exclusive; nil is no bound.
public struct SearchInterval<Bound: Hashable & Comparable & Sendable>: Hashable, Sendable {
    public let from: Bound?, below: Bound?

    public init(from: Bound? = nil, below: Bound? = nil) { (self.from, self.below) = (from, below) }
}
