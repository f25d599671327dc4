/// Images that were sent in one request, and are inspected and recorded by jobs.
public struct Batch: Hashable, Sendable {
    /// How far the items of a batch are.
    public struct Progress: Hashable, Sendable {
        public var pending: Int64, ready: Int64, failed: Int64

        public init(pending: Int64 = 0, ready: Int64 = 0, failed: Int64 = 0) {
            (self.pending, self.ready, self.failed) = (pending, ready, failed)
        }

        public var total: Int64 { pending + ready + failed }
    }

    public let id: BatchID
    public let owner: AccountID
    /// The token with which it was sent; nil if it was sent with other credentials.
    public let token: TokenID?
    public let dateCreated: Timestamp
    public let progress: Progress

    public init(id: BatchID, owner: AccountID, token: TokenID?, dateCreated: Timestamp, progress: Progress) {
        (self.id, self.owner, self.token) = (id, owner, token)
        (self.dateCreated, self.progress) = (dateCreated, progress)
    }
}

/// One image of a batch, as its sender describes it.
public struct BatchItem: Hashable, Sendable {
    public enum State: String, Sendable, Codable, CaseIterable {
        /// It has not been recorded as an image, or a job has still to make the renditions of that.
        case pending
        /// It is an image, for which no job has anything to do.
        case ready
        /// It could not become an image, the pixels of its image cannot be decoded, or its image has been deleted.
        case failed

        public var isFinal: Bool { self != .pending }
    }

    public let id: BatchItemID
    /// Its place in the batch, from 0.
    public let position: Int
    /// When it was taken, as its sender has put it.
    public let timestamp: String?
    /// What else its sender has said of it.
    public let attributes: [String: JSONValue]
    public let state: State
    /// Why it failed; of a pending item, why it could not be recorded yet.
    public let error: String?
    /// Nil until it is recorded as an image.
    public let image: ImageID?

    public init(
        id: BatchItemID, position: Int, timestamp: String?, attributes: [String: JSONValue], state: State,
        error: String?, image: ImageID?
    ) {
        (self.id, self.position, self.timestamp, self.attributes) = (id, position, timestamp, attributes)
        (self.state, self.error, self.image) = (state, error, image)
    }
}

/// The identity of a batch.
public struct BatchID: Identity {
    public let value: UniqueID
    public init(value: UniqueID) { self.value = value }
}

/// The identity of an item of a batch, which names its bytes: `uploads/{id}.jpg`.
public struct BatchItemID: Identity {
    public let value: UniqueID
    public init(value: UniqueID) { self.value = value }
}

/// The identity of an upload under way, or of a file that was received whole and has not become an image yet.
public struct UploadID: Identity {
    public let value: UniqueID
    public init(value: UniqueID) { self.value = value }
}
