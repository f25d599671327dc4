/// The conditions, the order and the page of a search.
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
        /// By relevance; requires a word that is not excluded.
        case relevance = "relevance"
    }

    /// Terms that images must meet, in addition to the criteria below.
    public var terms: [SearchTerm] = []
    /// Words that must all occur in an image's texts, ignoring case and diacritics.
    public var words: [String] = []
    /// Tags that an image must have.
    public var tags: [String] = []
    /// Bounds of the date taken, in the camera's local time: from inclusive, to exclusive.
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

/// A position in a list: the last entry of a page. Opaque to clients.
public struct Cursor: Hashable, Sendable {
    /// The list's order, so that a cursor of another order is refused.
    public let order: String
    /// The last entry's sort key, as the catalogue compares it.
    public let key: CursorKey
    /// The last entry's position among equal keys.
    public let tie: Int64

    public init(order: String, key: CursorKey, tie: Int64) {
        (self.order, self.key, self.tie) = (order, key, tie)
    }
}

/// A sort key of a list.
public enum CursorKey: Hashable, Sendable {
    /// The entry has no such key, and sorts after all that have one.
    case none
    case integer(Int64)
    case text(String)
}

/// One page of a list.
public struct Page<Element: Sendable>: Sendable {
    public let elements: [Element]
    /// The cursor of the next page; nil on the last.
    public let next: Cursor?

    public init(elements: [Element], next: Cursor?) {
        self.elements = elements
        self.next = next
    }
}
