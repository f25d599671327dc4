/// The identity of a selection.
public struct SelectionID: Identity {
    public let value: UniqueID
    public init(value: UniqueID) { self.value = value }
}

/// Images that an account has selected, kept by the server for an hour (`docs/decisions/0065`).
///
/// A selection grants nothing: who may see and change its images is decided whenever it is used.
public struct ImageSelection: Hashable, Sendable {
    /// The most images of one selection.
    public static let maximumImages = 100_000
    /// The most ranges that a request selects.
    public static let maximumRanges = 1000
    /// The most images that a request adds by their ids, and the most that it leaves out.
    public static let maximumNamed = 1000
    /// The most selections of one account: another one takes the place of the oldest.
    public static let maximumSelections: Int64 = 100
    /// How long a selection is kept.
    public static let seconds = 3600.0
    /// How many of the tags of the images are counted out, the most frequent first.
    public static let maximumTags = 100

    public let id: SelectionID
    public let expires: Timestamp

    public init(id: SelectionID, expires: Timestamp) { (self.id, self.expires) = (id, expires) }
}

/// What a selection has at present, as one viewer sees it.
public struct SelectionSummary: Hashable, Sendable {
    public let selection: ImageSelection
    /// How many images the viewer sees. Those that were deleted or hidden since do not count.
    public let count: Int64
    /// Bytes of their originals.
    public let bytes: Int64
    /// How many of them the viewer may change.
    public let changeable: Int64
    /// How many images of the selection are in the trash, of those that the viewer may restore.
    public let trashed: Int64
    /// The tags that the images have, the most frequent first, at most `ImageSelection.maximumTags`.
    public let tags: [TagCount]

    public init(
        _ selection: ImageSelection, count: Int64, bytes: Int64, changeable: Int64, trashed: Int64, tags: [TagCount]
    ) {
        (self.selection, self.count, self.bytes) = (selection, count, bytes)
        (self.changeable, self.trashed, self.tags) = (changeable, trashed, tags)
    }

    /// The tags that all images have.
    public var commonTags: [String] { tags.filter { $0.count == count }.map(\.tag) }
}

/// Which images an account selects.
public struct SelectionRequest: Sendable {
    /// A list of images, in its order; nil if all images are named.
    public var list: SearchCriteria?
    /// The parts of the list; nil for the whole list.
    public var ranges: [SelectionRange]?
    /// Images that are added.
    public var added: [ImageID]
    /// Images that are left out, whatever else selects them.
    public var excluded: [ImageID]

    public init(
        list: SearchCriteria?, ranges: [SelectionRange]? = nil, added: [ImageID] = [], excluded: [ImageID] = []
    ) {
        (self.list, self.ranges, self.added, self.excluded) = (list, ranges, added, excluded)
    }
}

/// A part of a list, both ends included; nil for the beginning or the end of the list. It does not matter which of the
/// ends comes first in the list.
public struct SelectionRange: Hashable, Sendable {
    /// An end of a range.
    public enum End: Hashable, Sendable {
        case image(ImageID)
        /// What was taken at that time, or in that period; only in lists that are sorted by the date taken.
        case taken(TakenDate)
        /// The place between the page that has ended with this cursor and the next one.
        case cursor(Cursor)
    }

    public let from: End?, to: End?

    public init(from: End?, to: End?) { (self.from, self.to) = (from, to) }
}
