/// A file that was received whole, waits in the staging folder, and is to become an image.
public struct ReceivedFile: Hashable, Sendable {
    public let id: UploadID
    /// In the staging folder.
    public let name: String
    public let digest: Digest
    /// By its first bytes.
    public let format: ImageFormat
    public let bytes: Int64
    public let crc32: UInt32

    public init(
        id: UploadID = UploadID(), name: String, digest: Digest, format: ImageFormat, bytes: Int64, crc32: UInt32
    ) {
        (self.id, self.name, self.digest, self.format) = (id, name, digest, format)
        (self.bytes, self.crc32) = (bytes, crc32)
    }
}

/// A batch that is to be acknowledged.
public struct NewBatch: Sendable {
    /// One item of it: received, or refused.
    public struct Item: Sendable {
        public let id: BatchItemID
        public let timestamp: String?
        public let attributes: [String: JSONValue]
        /// Nil if the item is refused.
        public let file: ReceivedFile?
        /// Why it is refused; nil if it is not.
        public let refusal: String?

        public init(
            id: BatchItemID = BatchItemID(), timestamp: String?, attributes: [String: JSONValue], file: ReceivedFile?,
            refusal: String?
        ) {
            (self.id, self.timestamp, self.attributes) = (id, timestamp, attributes)
            (self.file, self.refusal) = (file, refusal)
        }
    }

    public let id: BatchID
    public let owner: AccountID
    public let token: TokenID?
    /// What all images of the batch have.
    public let visibility: Visibility
    public let tags: [String]
    public let items: [Item]
    public let dateCreated: Timestamp

    public init(
        id: BatchID = BatchID(), owner: AccountID, token: TokenID?, visibility: Visibility, tags: [String],
        items: [Item], dateCreated: Timestamp = .now
    ) {
        (self.id, self.owner, self.token) = (id, owner, token)
        (self.visibility, self.tags, self.items, self.dateCreated) = (visibility, tags, items, dateCreated)
    }
}

/// An item whose file waits to become an image.
public struct WaitingItem: Sendable {
    public let id: BatchItemID
    public let owner: AccountID
    public let visibility: Visibility
    public let tags: [String]
    public let timestamp: String?
    public let attributes: [String: JSONValue]
    /// When the batch was sent.
    public let dateCreated: Timestamp
    /// That of the token with which it was sent.
    public let album: TokenAlbum?
    public let file: ReceivedFile

    public init(
        id: BatchItemID, owner: AccountID, visibility: Visibility, tags: [String], timestamp: String?,
        attributes: [String: JSONValue], dateCreated: Timestamp, album: TokenAlbum? = nil, file: ReceivedFile
    ) {
        (self.id, self.owner, self.visibility, self.tags) = (id, owner, visibility, tags)
        (self.timestamp, self.attributes, self.dateCreated) = (timestamp, attributes, dateCreated)
        (self.album, self.file) = (album, file)
    }
}
