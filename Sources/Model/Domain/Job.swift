/// A unit of background work, stored in the catalogue and leased by a worker.
public struct Job: Hashable, Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        /// Makes the kept renditions of one content that are missing.
        case derive
        /// Queues a `derive` for every content that lacks a thumbnail; done when all of these are.
        case generateThumbnails = "generate-thumbnails"
        /// Queues a `derive` for every content that lacks a full-size file; done when all of these are.
        case generateFullSize = "generate-full-size"
        /// Makes the compressed file of one content.
        case compress
    }

    public enum State: String, Sendable, CaseIterable {
        case queued, running, done, failed

        public var isFinal: Bool { self == .done || self == .failed }
    }

    /// How far a job is, in whole units of its kind.
    public struct Progress: Hashable, Sendable {
        public var total: Int64, done: Int64, failed: Int64

        public init(total: Int64 = 0, done: Int64 = 0, failed: Int64 = 0) {
            (self.total, self.done, self.failed) = (total, done, failed)
        }
    }

    public let id: JobID
    public let kind: Kind
    /// The content that a `derive` or a `compress` is about.
    public let digest: Digest?
    /// The job whose progress counts this one.
    public let parent: JobID?
    public let state: State
    public let progress: Progress
    /// How often it has been started.
    public let attempts: Int
    /// Why the last attempt failed.
    public let error: String?
    public let dateCreated: Timestamp
    public let dateUpdated: Timestamp
    /// When it may be started next, while it is queued.
    public let runAfter: Timestamp
    /// Whose images a `generate-…` job is about, nil for everybody's; who has asked for a `compress`.
    public let owner: AccountID?
    /// The format that a `compress` was asked for; nil for the usual one.
    public let format: ImageFormat?

    public init(
        id: JobID, kind: Kind, digest: Digest?, parent: JobID?, state: State, progress: Progress, attempts: Int,
        error: String?, dateCreated: Timestamp, dateUpdated: Timestamp, runAfter: Timestamp,
        owner: AccountID?, format: ImageFormat? = nil
    ) {
        (self.id, self.kind, self.digest, self.parent) = (id, kind, digest, parent)
        (self.state, self.progress, self.attempts, self.error) = (state, progress, attempts, error)
        (self.dateCreated, self.dateUpdated, self.runAfter) = (dateCreated, dateUpdated, runAfter)
        (self.owner, self.format) = (owner, format)
    }
}
