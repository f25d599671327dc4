/// What images are asked for, in which order, and how many.
public struct SearchCriteria: Hashable, Sendable {
    /// What a list is sorted by. Equal keys are ordered by id.
    public enum Order: String, Sendable, CaseIterable {
        case newest = "-added"
        case oldest = "added"
        case latestTaken = "-taken"
        case earliestTaken = "taken"
        case largest = "-bytes"
        case smallest = "bytes"
        case title = "title"
        /// Those whose texts have the words most prominently; needs a word that is not excluded.
        case relevance = "relevance"
    }

    /// What all images must meet, beside the criteria below.
    public var terms: [SearchTerm] = []
    /// Words that must all occur in an image's texts, ignoring case and diacritics.
    public var words: [String] = []
    /// Tags that must all be there.
    public var tags: [String] = []
    /// Bounds of the date taken, as the camera's clock showed it: from inclusive, to exclusive.
    public var takenFrom: CivilTime?, takenTo: CivilTime?
    /// Bounds of the moment of the upload: from inclusive, to exclusive.
    public var addedFrom: Timestamp?, addedTo: Timestamp?
    public var formats: [ImageFormat] = []
    /// Pixels, upright.
    public var minimumWidth: Int?, maximumWidth: Int?, minimumHeight: Int?, maximumHeight: Int?
    /// Bytes of the original.
    public var minimumBytes: Int64?, maximumBytes: Int64?
    public var digest: Digest?
    public var state: ImageRecord.State?
    public var order: Order = .newest
    /// 1 to 1000.
    public var limit = 100
    public var cursor: Cursor?

    public init() {}

    /// Whether there are words that images must have.
    public var hasWords: Bool {
        !words.isEmpty
            || terms.contains { term in
                if case .words = term.condition { return !term.isExcluded }
                return false
            }
    }
}

/// A place in a list: the last entry that was handed out. Opaque to whoever holds it.
public struct Cursor: Hashable, Sendable {
    /// The list's order, so that a cursor of another order is refused.
    public let order: String
    /// The last entry's sort key, as the catalogue compares it.
    public let key: CursorKey
    /// The last entry's place among equal keys.
    public let tie: Int64

    public init(order: String, key: CursorKey, tie: Int64) {
        (self.order, self.key, self.tie) = (order, key, tie)
    }
}

/// A sort key of a list.
public enum CursorKey: Hashable, Sendable {
    /// The entry has no such key, and stands behind all that have.
    case none
    case integer(Int64)
    case text(String)
}

/// One page of a list.
public struct Page<Element: Sendable>: Sendable {
    public let elements: [Element]
    /// The start of the next page; nil on the last.
    public let next: Cursor?

    public init(elements: [Element], next: Cursor?) {
        self.elements = elements
        self.next = next
    }
}
