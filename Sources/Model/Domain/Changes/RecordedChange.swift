public import TextCoding

/// One entry of the feed of changes: what happened to an image, as one reader may know it.
public struct RecordedChange: Hashable, Sendable {
    public enum Kind: String, StringEnumeration {
        /// The image is new to the reader: it was uploaded, published, transferred to the reader, or shown by an album.
        case added
        /// Its record is another one.
        case changed
        /// Its thumbnail and full-size file are there.
        case ready
        /// They cannot be made.
        case damaged
        /// It is in the reader's trash.
        case trashed
        /// It is back from there.
        case restored
        /// The reader does not see it any more: it was deleted, hidden, transferred, or left an album.
        case deleted
    }

    /// What an image shows at the time of reading, for those who see it.
    public struct Image: Hashable, Sendable {
        public let version: Int64
        /// The handle of the owner.
        public let owner: String
        public let taken: TakenDate?
        /// In pixels, after rotation.
        public let width: Int, height: Int
        public let colour: PictureColour?

        public init(
            version: Int64, owner: String, taken: TakenDate?, width: Int, height: Int, colour: PictureColour?
        ) {
            (self.version, self.owner, self.taken) = (version, owner, taken)
            (self.width, self.height, self.colour) = (width, height, colour)
        }
    }

    public let kind: Kind
    public let id: ImageID
    /// When it happened, by the clock of the database.
    public let date: Timestamp
    /// Nil for `trashed` and `deleted`.
    public let image: Image?
    /// Where a reader continues who has this entry and all before it.
    public let cursor: Cursor

    public init(kind: Kind, id: ImageID, date: Timestamp, image: Image?, cursor: Cursor) {
        (self.kind, self.id, self.date) = (kind, id, date)
        (self.image, self.cursor) = (image, cursor)
    }
}

/// A part of the feed of changes.
public struct ChangePage: Sendable {
    /// In the order in which they happened.
    public let changes: [RecordedChange]
    /// Where the reader continues. It may be further than the last entry.
    public let next: Cursor
    /// Whether there is more already.
    public let hasMore: Bool

    public init(changes: [RecordedChange], next: Cursor, hasMore: Bool) {
        (self.changes, self.next, self.hasMore) = (changes, next, hasMore)
    }
}
